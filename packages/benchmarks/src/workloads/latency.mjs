import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../statistics.mjs';
import { allSubjects, onServers, pairs } from '../subjects.mjs';
import { instancePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */
/** @import { TestBed } from '../test-bed/test-bed.mjs' */

const instances = 100;
const warmUp = 50;
const pauseMs = 4;
const name = 'host-0';

/** @type {Workload} */
export const latency = {
  name: 'latency',
  title: 'From a change of one of 100 instances to the callback; under load others write 20 at a time',
  figures: [
    { name: 'p50', title: 'p50; by hand: watch event, read, callback', unit: 'ms', better: 'less' },
    { name: 'p99', title: 'p99', unit: 'ms', better: 'less' },
  ],
  cases: [
    { name: 'idle', size: 500, subjects: allSubjects },
    { name: 'under load', size: 500, subjects: onServers, special: true },
  ],
  quickCases: [{ name: 'idle', size: 100, subjects: pairs, rounds: 9 }],
  async run(testBed, size, underLoad) {
    const { root, backgroundLoad } = testBed;
    await testBed.open();
    const [service, others] = [`${root}/service`, `${root}/others`];
    await backgroundLoad.create([service, others, ...below(service), ...below(others)]);
    await testBed.ask('watch', { path: service });
    const ending = new AbortController();
    const load = underLoad ? backgroundLoad.keepBusy(below(others), ending.signal) : Promise.resolve();
    load.catch(() => undefined); // awaited below
    try {
      await latencies(testBed, service, warmUp);
      const ms = await latencies(testBed, service, size);
      return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
    } finally {
      ending.abort();
      await load;
    }
  },
};

/**
 * Changes the instance repeatedly, with pauses, until the subject has observed `count` changes.
 *
 * @param {TestBed} testBed
 * @param {string} path
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function latencies(testBed, path, count) {
  let isDone = false;
  const asked = testBed.ask('latencies', { path, name, count });
  const done = () => {
    isDone = true;
  };
  asked.then(done, done);
  while (!isDone) {
    await testBed.backgroundLoad.touch(`${path}/${name}`);
    await sleep(pauseMs);
  }
  return /** @type {number[]} */ ((await asked).result);
}

/** @param {string} service */
function below(service) {
  return Array.from({ length: instances }, (_, index) => instancePath(service, index));
}
