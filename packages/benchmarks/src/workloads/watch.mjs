import { allSubjects, pairs } from '../subjects.mjs';
import { instancePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */

const warmUp = 200;

/** @type {Workload} */
export const watch = {
  name: 'watch',
  title: 'Reading and watching a service, its instances’ data included',
  figures: [
    { name: 'ms', title: 'until all is known', unit: 'ms', better: 'less' },
    { name: 'rate', title: 'instances read and watched', unit: '/s', better: 'more' },
    { name: 'cpu', title: 'time of a processor for each, in its process', unit: 'µs', better: 'less' },
  ],
  growth: 'ms',
  cases: [10, 1_000, 5_000].map((size) => ({ name: `${size}`, size, subjects: allSubjects })),
  quickCases: [{ name: '1000', size: 1_000, subjects: pairs }],
  async run(testBed, size) {
    const { root, backgroundLoad } = testBed;
    await testBed.open();
    const [warm, service] = [`${root}/warm-up`, `${root}/service`];
    await backgroundLoad.create([warm, service, ...instances(warm, warmUp), ...instances(service, size)]);
    await testBed.ask('watch', { path: warm });
    const { result, elapsedMs, cpuMs } = await testBed.ask('watch', { path: service });
    if (result !== size) throw new Error(`${testBed.subject} sees ${result} instances of ${size}`);
    return { ms: elapsedMs, rate: (size * 1_000) / elapsedMs, cpu: (cpuMs * 1_000) / size };
  },
};

/**
 * @param {string} service
 * @param {number} count
 */
function instances(service, count) {
  return Array.from({ length: count }, (_, index) => instancePath(service, index));
}
