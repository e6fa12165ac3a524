import { allSubjects } from '../subjects.mjs';
import { instancePath, servicePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */

const instances = 10;

/** @type {Workload} */
export const many = {
  name: 'many',
  title: 'Services with 10 instances each, all watched with a callback',
  figures: [
    { name: 'ms', title: 'until all are known', unit: 'ms', better: 'less' },
    { name: 'heap', title: 'heap for each service, its instances included', unit: 'bytes', better: 'less' },
    { name: 'rss', title: 'memory of the process for each', unit: 'bytes', better: 'less' },
  ],
  growth: 'ms',
  cases: [100, 1_000].map((size) => ({ name: `${size}`, size, subjects: allSubjects })),
  quickCases: [],
  async run(testBed, size) {
    const { subject, root, backgroundLoad } = testBed;
    await testBed.open();
    const services = Array.from({ length: size }, (_, index) => servicePath(root, index));
    await backgroundLoad.create(services);
    for (const service of services) {
      await backgroundLoad.create(Array.from({ length: instances }, (_, index) => instancePath(service, index)));
    }
    const before = await memory(testBed);
    const { result, elapsedMs } = await testBed.ask('watchAll', { root, count: size });
    if (result !== size * instances) throw new Error(`${subject} sees ${result} instances`);
    const after = await memory(testBed);
    const rss = (after.rss - before.rss) / size;
    if (after.heap === undefined || before.heap === undefined) return { ms: elapsedMs, rss };
    return { ms: elapsedMs, heap: (after.heap - before.heap) / size, rss };
  },
};

/**
 * @param {import('../test-bed/test-bed.mjs').TestBed} testBed
 * @returns {Promise<{ heap?: number, rss: number }>}
 */
async function memory(testBed) {
  return /** @type {{ heap?: number, rss: number }} */ ((await testBed.ask('memory')).result);
}
