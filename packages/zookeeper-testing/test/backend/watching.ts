import { turn } from '@ndsr/test-support';
import type { FakeZooKeeper } from '../../src/fake/index.js';
import { connectedBackend, type OpenBackend, type OpenOptions } from './open-backend.js';
import { bytes, WatchLog } from './watch-log.js';

export const names = Array.from({ length: 50 }, (_, i) => `n${String(i).padStart(2, '0')}`);

export interface Watching extends OpenBackend {
  readonly log: WatchLog;
}

/** Returns a backend that watches `/w`, with its children and their data. */
export async function watching(
  prepare: (zooKeeper: FakeZooKeeper) => void = () => undefined,
  options: OpenOptions = {},
): Promise<Watching> {
  const open = await connectedBackend(options);
  prepare(open.zooKeeper);
  const log = new WatchLog();
  open.backend.watch('/w', { children: 'data' }, log);
  await turn(1);
  return { ...open, log };
}

export function service({ tree }: FakeZooKeeper): void {
  tree.create('/w', bytes('own'));
  for (const name of names) tree.create(`/w/${name}`, bytes(name));
}

/** Returns the cost of a change: requests by kind. */
export async function costOf({ zooKeeper }: OpenBackend, change: () => void): Promise<Record<string, number>> {
  zooKeeper.requests.length = 0;
  change();
  await turn(1);
  const cost: Record<string, number> = {};
  for (const { request } of zooKeeper.requests) cost[request.what] = (cost[request.what] ?? 0) + 1;
  return cost;
}

/** Makes a change after every `frames` frames that arrive. */
export async function churn(open: Watching, change: (step: number) => void, frames = 1): Promise<number> {
  open.zooKeeper.hold();
  const before = open.log.nodes.length;
  for (let step = 0; step < 400; step += 1) {
    change(step);
    for (let frame = 0; frame < frames; frame += 1) {
      open.zooKeeper.moves[0]?.step();
      await turn(1);
    }
  }
  return open.log.nodes.length - before;
}
