import { errorNumbers, type WatchEvent, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { Settle } from './calls.js';
import type { NativeClient, NativeStat } from './library-types.js';
import type { ArmedPath } from './watch-table.js';

/** Enough to keep a server busy. */
const atOnce = 100;

type Request = <T>(start: (native: NativeClient, settle: Settle<T>) => number) => Promise<T>;

export interface RearmOptions {
  /** Starts a request of the library. */
  readonly request: Request;
  readonly paths: readonly ArmedPath[];
  /** Told of what has changed since a watch was armed, as the servers would tell it. */
  readonly tell: (event: WatchEvent) => void;
}

/**
 * Arms every watch again on a handle that knows of none, by looking again at what each was armed on. Rejects when the
 * connection breaks.
 */
export async function rearm({ request, paths, tell }: RearmOptions): Promise<void> {
  const waiting = paths.values();
  const worker = async (): Promise<void> => {
    for (const armed of waiting) {
      for (const kind of await look(request, armed)) tell({ kind, path: armed.path });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function look(request: Request, armed: ArmedPath): Promise<readonly WatchEvent['kind'][]> {
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

/** Null where there is no node; undefined where it may not be read, which is for the caller of the next read to hear. */
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
