import { clientsAlone } from '../subjects.mjs';

/** @import { Workload } from './workload.mjs' */

/** Until the code of every subject is compiled. */
const warmUp = 10_000;

/** @type {Workload} */
export const client = {
  name: 'client',
  title: 'A client alone, pipelined, and a raw socket with requests that were encoded before',
  figures: [
    { name: 'creates', title: 'nodes created', unit: '/s', better: 'more' },
    { name: 'createCpu', title: 'time of a processor for each, in its process', unit: 'µs', better: 'less' },
    { name: 'reads', title: 'nodes read', unit: '/s', better: 'more' },
    { name: 'readCpu', title: 'time of a processor for each, in its process', unit: 'µs', better: 'less' },
  ],
  cases: [{ name: '20000', size: 20_000, subjects: clientsAlone }],
  quickCases: [{ name: '20000', size: 20_000, subjects: clientsAlone }],
  async run(testBed, size) {
    const { root, backgroundLoad } = testBed;
    await testBed.open();
    await backgroundLoad.create([`${root}/warm-up`, `${root}/service`]);
    const timed = async (/** @type {'register' | 'readAll'} */ what, folder = 'service', count = size) => {
      const args = { root: `${root}/${folder}`, count };
      if (testBed.subject === 'raw socket') await testBed.ask('prepare', { ...args, what });
      const { elapsedMs, cpuMs } = await testBed.ask(what, args);
      return { rate: (count * 1_000) / elapsedMs, cpu: (cpuMs * 1_000) / count };
    };
    await timed('register', 'warm-up', warmUp);
    await timed('readAll', 'warm-up', warmUp);
    const created = await timed('register');
    const read = await timed('readAll');
    return { creates: created.rate, createCpu: created.cpu, reads: read.rate, readCpu: read.cpu };
  },
};
