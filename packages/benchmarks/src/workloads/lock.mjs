import { quantile } from '../statistics.mjs';
import { allSubjects, baselines } from '../subjects.mjs';

/** @import { Workload } from './workload.mjs' */

const warmUp = 10;

/** @type {Workload} */
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
  cases: [{ name: 'hand-over', size: 60, subjects: allSubjects }],
  quickCases: [],
  async run(testBed, size) {
    await testBed.open();
    const path = `${testBed.root}/lock`;
    if (baselines.includes(testBed.subject)) await testBed.backgroundLoad.create([path]);
    await testBed.ask('handOver', { path, times: warmUp });
    const ms = /** @type {number[]} */ ((await testBed.ask('handOver', { path, times: size })).result);
    return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
  },
};
