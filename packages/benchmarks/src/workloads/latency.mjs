import { setTimeout as sleep } from 'node:timers/promises';
import { everybody, onServers, pairs } from '../contestants.mjs';
import { instancePath } from '../scene/data.mjs';
import { quantile } from '../statistics.mjs';

/** @import { Work } from './work.mjs' */
/** @import { Scene } from '../scene/scene.mjs' */

const instances = 100;
const warmUp = 50;
const pauseMs = 4;
const name = 'host-0';

/** @type {Work} */
export const latency = {
  name: 'latency',
  title: 'From a change of one of 100 instances to the callback; under load others write 20 at a time',
  figures: [
    { name: 'p50', title: 'p50; by hand: watch event, read, callback', unit: 'ms', better: 'less' },
    { name: 'p99', title: 'p99', unit: 'ms', better: 'less' },
  ],
  cases: [
    { name: 'idle', size: 500, contestants: everybody },
    { name: 'under load', size: 500, contestants: onServers, special: true },
  ],
  quickCases: [{ name: 'idle', size: 100, contestants: pairs }],
  async play(scene, size, underLoad) {
    const { root, stagehand } = scene;
    await scene.open();
    const [service, others] = [`${root}/service`, `${root}/others`];
    await stagehand.create([service, others, ...below(service), ...below(others)]);
    await scene.ask('watch', { path: service });
    const ending = new AbortController();
    const load = underLoad ? stagehand.keepBusy(below(others), ending.signal) : Promise.resolve();
    load.catch(() => undefined); // told of below
    try {
      await latencies(scene, service, warmUp);
      const ms = await latencies(scene, service, size);
      return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
    } finally {
      ending.abort();
      await load;
    }
  },
};

/**
 * Changes the instance, each time after a pause, until the contestant has seen so many of the changes.
 *
 * @param {Scene} scene
 * @param {string} path
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function latencies(scene, path, count) {
  let isDone = false;
  const asked = scene.ask('latencies', { path, name, count });
  const done = () => {
    isDone = true;
  };
  asked.then(done, done);
  while (!isDone) {
    await scene.stagehand.touch(`${path}/${name}`);
    await sleep(pauseMs);
  }
  return /** @type {number[]} */ ((await asked).result);
}

/** @param {string} service */
function below(service) {
  return Array.from({ length: instances }, (_, index) => instancePath(service, index));
}
