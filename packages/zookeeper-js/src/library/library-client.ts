import type { Credentials } from '@ndsr/core/backend';
import zookeeper from 'node-zookeeper-client';
import type { LibraryClient } from './library-types.js';
import { writeTogether } from './one-write.js';
import { queueOnlyWhatCanBeSent } from './request-check.js';
import { acceptUnknownCodes, type ExceptionModule } from './unknown-codes.js';
import { wrapXid } from './xid.js';

/** Makes the library's client, with those of its defects cured that have nothing to do with connections. */
export function createLibraryClient(sessionTimeout: number): LibraryClient {
  acceptUnknownCodes(zookeeper.Exception as unknown as ExceptionModule);
  // The host is never dialled: this package does the dialling, since the library's parser takes no IPv6 address.
  // No retries: a create whose reply was lost would be sent again and fail, because it exists.
  const made = zookeeper.createClient('localhost', { sessionTimeout, retries: 0 });
  const client = made as unknown as LibraryClient;
  wrapXid(client.connectionManager);
  writeTogether(client.connectionManager);
  queueOnlyWhatCanBeSent(client.connectionManager);
  return client;
}

/** What the servers are told. */
export function digestOf(credentials: Credentials): Buffer {
  const { username, password } = credentials.reveal();
  return Buffer.from(`${username}:${password}`, 'utf8');
}
