import type { Credentials } from '@ndsr/core/backend';
import zookeeper from 'node-zookeeper-client';
import { coalesceWrites } from './coalesce-writes.js';
import type { LibraryClient } from './library-types.js';
import { serializeBeforeQueueing } from './request-check.js';
import { acceptUnknownCodes, type ExceptionModule } from './unknown-codes.js';
import { wrapXid } from './xid.js';

/** Creates the library's client, with workarounds for its defects that do not concern connections. */
export function createLibraryClient(sessionTimeout: number): LibraryClient {
  acceptUnknownCodes(zookeeper.Exception as unknown as ExceptionModule);
  // The host is never used: this package connects, since the library's parser rejects IPv6 addresses.
  // No retries: a create whose reply was lost would be sent again and fail, because the node exists.
  const made = zookeeper.createClient('localhost', { sessionTimeout, retries: 0 });
  const client = made as unknown as LibraryClient;
  wrapXid(client.connectionManager);
  coalesceWrites(client.connectionManager);
  serializeBeforeQueueing(client.connectionManager);
  return client;
}

/** The credentials in the format of the scheme `digest`. */
export function digestOf(credentials: Credentials): Buffer {
  const { username, password } = credentials.reveal();
  return Buffer.from(`${username}:${password}`, 'utf8');
}
