import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { Credentials } from '@ndsr/core/backend';
import type { AclRule } from '@ndsr/zookeeper-common';
import type Library from 'node-zookeeper-client';
import type { ConnectionManager, LibraryAcl, LibraryClient, LibraryTransaction } from './library-types.js';
import { acceptUnknownCodes, type ExceptionModule } from './unknown-codes.js';

// With `import` Node would first parse the library, which is CommonJS, for its names: that takes longer than loading it.
const zookeeper: typeof Library = createRequire(import.meta.url)('node-zookeeper-client');

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

/** Undefined if there is none: the library then creates the node open to everybody. */
export function toLibraryAcl(acl: readonly AclRule[] | undefined): LibraryAcl[] | undefined {
  return acl?.map(({ scheme, id, permissions }) => new zookeeper.ACL(permissions, new zookeeper.Id(scheme, id)));
}

/** Adds a removal to a transaction. The library treats version 0 as "any version": `version || -1`. */
export function removeVersion(transaction: LibraryTransaction, path: string, version: number): void {
  transaction.remove(path, version);
  const operation = transaction.ops.at(-1);
  if (operation !== undefined) operation.version = version;
}

const maxXid = 0x7fff_ffff;

/**
 * The library increments request numbers for ever, and fails to serialize the number after 2^31 requests: 25 days at a
 * thousand a second. Here it starts again at zero. Negative numbers are reserved: pings, notifications, credentials.
 */
export function wrapXid(manager: ConnectionManager): void {
  let xid = manager.xid;
  Object.defineProperty(manager, 'xid', {
    get: () => xid,
    set: (next: number) => {
      xid = next > maxXid ? 0 : next;
    },
  });
}

/** Sends the requests of one turn in one system call: the library writes each separately, and a system call costs more than a request. */
export function coalesceWrites(manager: ConnectionManager): void {
  const queue = manager.queue;
  let corked: Socket | undefined;
  manager.queue = (request, callback) => {
    const { socket } = manager;
    if (socket !== undefined && socket !== corked) {
      corked = socket;
      socket.cork();
      // After all promise callbacks, which may send further requests.
      process.nextTick(() => {
        if (corked === socket) corked = undefined;
        socket.uncork();
      });
    }
    queue.call(manager, request, callback);
  };
}

/** The servers' default `jute.maxbuffer`: for longer requests they drop the connection, with all requests in flight. */
const maxRequestBytes = 0xf_ffff;

/**
 * Serializes a request before it is queued, so that the caller gets the error of an invalid one. The library serializes
 * when it sends, after it has recorded the request as sent: then every later reply would be matched to another request.
 */
function serializeBeforeQueueing(manager: ConnectionManager): void {
  const queue = manager.queue;
  manager.queue = (request, callback) => {
    const bytes = request.toBuffer();
    if (bytes.length - 4 > maxRequestBytes) {
      throw new RangeError(`a request of ${bytes.length - 4} bytes, the most is ${maxRequestBytes}`);
    }
    request.toBuffer = () => {
      bytes.writeInt32BE(request.header.xid, 4);
      return bytes;
    };
    queue.call(manager, request, callback);
  };
}
