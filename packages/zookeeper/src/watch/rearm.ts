import type { ValueOf } from '../wire/jute-types.js';
import type { setWatches } from '../wire/records.js';
import type { WatchKind, WatchTable } from './watch-table.js';

/** The watches of one frame. */
export type WatchBatch = ValueOf<typeof setWatches>;

/** Far below the servers' limit for one frame, 1 MiB: above it they drop the connection, at every attempt. */
const maxFrameBytes = 256 * 1024;

/** The length of the header, the transaction id, and the counts of three lists. */
const emptyFrameBytes = 8 + 8 + 3 * 4;
const lengthBytes = 4;

/**
 * The watches of `table` in frames for a new connection. The servers send the events that were missed since `zxid`, so all frames
 * of one handshake carry the same: an answer to the first one would bring a later id.
 *
 * @param maxBytes the length of a frame
 */
export function* rearm(table: Pick<WatchTable, 'list'>, zxid: bigint, maxBytes = maxFrameBytes): Iterable<WatchBatch> {
  let paths = noPaths();
  let size = emptyFrameBytes;
  for (const [kind, path] of table.list()) {
    const bytes = lengthBytes + Buffer.byteLength(path);
    if (size > emptyFrameBytes && size + bytes > maxBytes) {
      yield batch(zxid, paths);
      paths = noPaths();
      size = emptyFrameBytes;
    }
    paths[kind].push(path);
    size += bytes;
  }
  if (size > emptyFrameBytes) yield batch(zxid, paths);
}

function noPaths(): Record<WatchKind, string[]> {
  return { data: [], existence: [], child: [] };
}

function batch(relativeZxid: bigint, { data, existence, child }: Record<WatchKind, string[]>): WatchBatch {
  return { relativeZxid, dataWatches: data, existWatches: existence, childWatches: child };
}
