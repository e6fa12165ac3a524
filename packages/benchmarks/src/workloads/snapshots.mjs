import { instance, instancePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */
/** @import { TestBed } from '../test-bed/test-bed.mjs' */

const kept = 10;
const ours = ['memory', '@ndsr/zookeeper', 'zookeeper-js', 'zookeeper-native'];

/** @type {Workload} */
export const snapshots = {
  name: 'snapshots',
  title: `Memory for ${kept} snapshots of a service that are kept, one instance changed between each and the next`,
  figures: [
    { name: 'kept', title: `heap for ${kept}, ÷ that for the service and one`, unit: '', better: 'less' },
    { name: 'read', title: 'heap for each child of a snapshot that was read', unit: 'bytes', better: 'less' },
  ],
  cases: [{ name: '20000', size: 20_000, subjects: ours }],
  quickCases: [{ name: '20000', size: 20_000, subjects: ours.slice(0, 3) }],
  async run(testBed, size) {
    const { root: path, backgroundLoad } = testBed;
    await testBed.open();
    await backgroundLoad.create(Array.from({ length: size }, (_, index) => instancePath(path, index)));
    const none = await heap(testBed);
    await testBed.ask('hold', { path });
    const one = (await heap(testBed)) - none;
    for (let held = 1; held < kept; held += 1) await another(testBed, path, held);
    const all = (await heap(testBed)) - none;
    const { result } = await testBed.ask('readHeld');
    if (result !== kept * size) throw new Error(`${testBed.subject} read ${result} children in ${kept} snapshots`);
    const read = (await heap(testBed)) - none;
    return { kept: all / one, read: (read - all) / (kept * size) };
  },
};

/**
 * Changes an instance, and waits for the snapshot.
 *
 * @param {TestBed} testBed
 * @param {string} path
 * @param {number} held
 */
async function another(testBed, path, held) {
  const shown = testBed.ask('held', { count: held + 1 });
  await testBed.backgroundLoad.write(instancePath(path, held), { ...instance, weight: instance.weight + held });
  await shown;
}

/** @param {TestBed} testBed */
async function heap(testBed) {
  return /** @type {{ heap: number }} */ ((await testBed.ask('memory')).result).heap;
}
