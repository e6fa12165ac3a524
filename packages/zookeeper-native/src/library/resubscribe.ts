import { errorNumbers, type WatchEvent, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { NativeClient, NativeStat } from './library-types.js';
import type { NativeSettle } from './native-calls.js';
import type { ArmedPath } from './native-watch-table.js';

/** The number of concurrent reads: enough to keep a server busy. */
const concurrency = 100;

type Request = <T>(start: (native: NativeClient, settle: NativeSettle<T>) => number) => Promise<T>;

export interface ResubscribeOptions {
  /** Starts a request of the library. */
  readonly request: Request;
  readonly paths: readonly ArmedPath[];
  /** Receives the changes since a watch was armed, as the servers would report them. */
  readonly notify: (event: WatchEvent) => void;
}

/**
 * Arms every watch on a handle that has none, by repeating the read that armed it. Rejects when the
 * connection breaks.
 */
export async function resubscribe({ request, paths, notify }: ResubscribeOptions): Promise<void> {
  const waiting = paths.values();
  const worker = async (): Promise<void> => {
    for (const armed of waiting) {
      for (const kind of await changesSince(request, armed)) notify({ kind, path: armed.path });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function changesSince(request: Request, armed: ArmedPath): Promise<readonly WatchEvent['kind'][]> {
  const { path, data, absence, children } = armed;
  const [stat, list] = await Promise.all([
    data !== undefined || absence
      ? read(request, (native, done) => native.a_exists(path, true, (code, message, seen) => done(code, message, seen)))
      : undefined,
    children !== undefined
      ? read(request, (native, done) =>
          native.a_get_children2(path, true, (code, message, _names, seen) => done(code, message, seen)),
        )
      : undefined,
  ]);
  const wasThere = data !== undefined || children !== undefined;
  if (wasThere && (stat === null || list === null)) return ['deleted'];
  const kinds: WatchEvent['kind'][] = [];
  if (data !== undefined && stat?.mzxid !== data) kinds.push('changed');
  else if (absence && stat !== null) kinds.push('created');
  if (children !== undefined && list?.pzxid !== children) kinds.push('children');
  return kinds;
}

type Done = (code: number, message: string, stat: NativeStat | null) => void;

/** Null if there is no node; undefined if it may not be read: the next read of the caller reports that. */
async function read(
  request: Request,
  start: (native: NativeClient, done: Done) => number,
): Promise<NativeStat | null | undefined> {
  try {
    return await request<NativeStat | null>((native, settle) =>
      start(native, (code, message, stat) =>
        settle(code === errorNumbers.noNode ? 0 : code, message, () => (code === 0 ? stat : null)),
      ),
    );
  } catch (error) {
    if (error instanceof ZooKeeperError && error.number !== errorNumbers.connectionLoss) return undefined;
    throw error;
  }
}
