import { opCodes } from '@ndsr/zookeeper-common';
import type { ConnectionManager, LibraryRequest } from './library-types.js';
import { rawRequest } from './raw-request.js';

/** Far below the servers' limit for one frame, 1 MiB: above it they drop the connection, at every attempt. */
const maxFrameBytes = 256 * 1024;

type Kind = 'data' | 'existence' | 'child';
type Batch = Record<Kind, Buffer[]>;

/**
 * The start of a connection: session, credentials, watches.
 *
 * The library queues credentials and watches behind the requests that are queued already, sends all watches in one frame, and
 * leaves both in the queue when the handshake fails, once per attempt. A `JsConnection` empties the queue when it ends, and
 * a `Handshake` fills it in order.
 */
export class Handshake {
  #unanswered = 0;
  #failure: unknown = null;

  /** @param recursive the paths of recursive watches, which are armed as if node and list had been read */
  constructor(manager: ConnectionManager, recursive: ReadonlySet<string>) {
    manager.watcherManager.isEmpty = () => true; // so that the library sends no watches itself
    manager.onSocketConnected();
    for (const request of setWatches(manager, recursive)) {
      this.#unanswered += 1;
      manager.packetQueue.queue.push({ request, callback: (error) => this.#answered(error) });
    }
  }

  /**
   * True once each watch is armed again or its event has been delivered: the servers send missed events first.
   * @throws if the servers rejected the watches
   */
  get done(): boolean {
    if (this.#failure !== null) throw new Error('the servers did not take the watches', { cause: this.#failure });
    return this.#unanswered === 0;
  }

  #answered(error: unknown): void {
    this.#unanswered -= 1;
    this.#failure ??= error ?? null;
  }
}

function setWatches(manager: ConnectionManager, recursive: ReadonlySet<string>): LibraryRequest[] {
  const tables = manager.watcherManager;
  const paths: Record<Kind, readonly string[]> = {
    data: [...Object.keys(tables.dataWatchers), ...recursive],
    existence: Object.keys(tables.existenceWatchers),
    child: [...Object.keys(tables.childWatchers), ...recursive],
  };
  return batches(paths, maxFrameBytes).map((batch) => rawRequest(opCodes.setWatches, body(manager.zxid, batch)));
}

/** Splits the paths into groups with at most `maxBytes` each when serialized. */
export function batches(paths: Record<Kind, readonly string[]>, maxBytes: number): Batch[] {
  const all: Batch[] = [];
  let batch: Batch | undefined;
  let size = 0;
  for (const kind of ['data', 'existence', 'child'] as const) {
    for (const path of paths[kind]) {
      const bytes = serialized(path);
      if (batch === undefined || size + bytes.length > maxBytes) {
        batch = { data: [], existence: [], child: [] };
        size = emptyBodyBytes;
        all.push(batch);
      }
      batch[kind].push(bytes);
      size += bytes.length;
    }
  }
  return all;
}

/** The length of the header, the transaction id, and the counts of three lists. */
const emptyBodyBytes = 8 + 8 + 3 * 4;

function serialized(path: string): Buffer {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(path));
  bytes.writeInt32BE(bytes.length - 4, 0);
  bytes.write(path, 4);
  return bytes;
}

function body(zxid: Buffer, batch: Batch): Buffer {
  return Buffer.concat([zxid, ...list(batch.data), ...list(batch.existence), ...list(batch.child)]);
}

function list(items: Buffer[]): Buffer[] {
  const count = Buffer.alloc(4);
  count.writeInt32BE(items.length, 0);
  return [count, ...items];
}
