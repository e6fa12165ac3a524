import { onServers, pairs } from '../subjects.mjs';
import { instancePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */

/** @type {Workload} */
export const arrivals = {
  name: 'arrivals',
  title: 'Instances that arrive one by one at a watched service, each once the one before was seen',
  figures: [
    { name: 'requests', title: 'requests for each', unit: '', better: 'less' },
    { name: 'up', title: 'sent to the server for each', unit: 'bytes', better: 'less' },
    { name: 'down', title: 'sent by the server for each', unit: 'bytes', better: 'less' },
    { name: 'ms', title: 'from the create to the callback, on average', unit: 'ms', better: 'less' },
  ],
  growth: 'down',
  cases: [10, 100, 1_000].map((size) => ({ name: `${size}`, size, subjects: onServers })),
  quickCases: [{ name: '30', size: 30, subjects: pairs }],
  async run(testBed, size) {
    const { root: path, backgroundLoad } = testBed;
    await testBed.open({ route: 'meter' });
    await testBed.ask('watch', { path });
    const before = testBed.traffic();
    const startedAt = performance.now();
    for (let index = 0; index < size; index += 1) {
      const seen = testBed.ask('seen', { path, children: index + 1 });
      await backgroundLoad.create([instancePath(path, index)]);
      await seen;
    }
    const elapsedMs = performance.now() - startedAt;
    const after = testBed.traffic();
    return {
      requests: (after.requests - before.requests) / size,
      up: (after.bytesUp - before.bytesUp) / size,
      down: (after.bytesDown - before.bytesDown) / size,
      ms: elapsedMs / size,
    };
  },
};
