import { pairs } from '../subjects.mjs';
import { servicePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */

/** @type {Workload} */
export const pathMemory = {
  name: 'path-memory',
  title: 'Memory for a watched path with a callback, without children',
  figures: [{ name: 'heap', title: 'heap for each path', unit: 'bytes', better: 'less' }],
  cases: [{ name: '5000', size: 5_000, subjects: ['memory', ...pairs] }],
  quickCases: [{ name: '1000', size: 1_000, subjects: pairs }],
  async run(testBed, size) {
    const { root, backgroundLoad } = testBed;
    await testBed.open();
    await backgroundLoad.create(Array.from({ length: size }, (_, index) => servicePath(root, index)));
    const before = await heap(testBed);
    await testBed.ask('watchAll', { root, count: size });
    return { heap: ((await heap(testBed)) - before) / size };
  },
};

/** @param {import('../test-bed/test-bed.mjs').TestBed} testBed */
async function heap(testBed) {
  return /** @type {{ heap: number }} */ ((await testBed.ask('memory')).result).heap;
}
