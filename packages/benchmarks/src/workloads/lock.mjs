import { byHand, everybody } from '../contestants.mjs';
import { quantile } from '../statistics.mjs';

/** @import { Work } from './work.mjs' */

const warmUp = 10;

/** @type {Work} */
export const lock = {
  name: 'lock',
  title: 'From one session’s release of a lock until the next in line has it',
  figures: [
    {
      name: 'p50',
      title: 'p50; by hand: ZooKeeper’s recipe, which kazoo’s `Semaphore` and ours do not keep to',
      unit: 'ms',
      better: 'less',
    },
    { name: 'p99', title: 'p99', unit: 'ms', better: 'less' },
  ],
  cases: [{ name: 'hand-over', size: 60, contestants: everybody }],
  quickCases: [],
  async play(scene, size) {
    await scene.open();
    const path = `${scene.root}/lock`;
    if (byHand.includes(scene.contestant)) await scene.stagehand.create([path]);
    await scene.ask('handOver', { path, times: warmUp });
    const ms = /** @type {number[]} */ ((await scene.ask('handOver', { path, times: size })).result);
    return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
  },
};
