import { allSubjects, baselines, pairs } from '../subjects.mjs';

/** @import { Workload } from './workload.mjs' */

const warmUp = 200;

/** @type {Workload} */
export const register = {
  name: 'register',
  title: 'Registering nodes over one session',
  figures: [
    { name: 'ms', title: 'until all stand', unit: 'ms', better: 'less' },
    { name: 'rate', title: 'nodes registered; by hand: pipelined creates', unit: '/s', better: 'more' },
    { name: 'cpu', title: 'time of a processor for each, in its process', unit: 'µs', better: 'less' },
    {
      name: 'kept',
      title: 'the same; by hand with a watch on each, which ours arm in the background',
      unit: '/s',
      better: 'more',
    },
  ],
  growth: 'ms',
  cases: [1, 100, 10_000].map((size) => ({ name: `${size}`, size, subjects: allSubjects })),
  quickCases: [{ name: '10000', size: 10_000, subjects: pairs }],
  async run(testBed, size) {
    const { subject, root, backgroundLoad } = testBed;
    await testBed.open();
    await backgroundLoad.create([`${root}/warm-up`, `${root}/service`, `${root}/kept`]);
    await testBed.ask('register', { root: `${root}/warm-up`, count: warmUp });
    const { elapsedMs, cpuMs } = await testBed.ask('register', { root: `${root}/service`, count: size });
    const rate = (size * 1_000) / elapsedMs;
    const cpu = (cpuMs * 1_000) / size;
    if (!baselines.includes(subject)) return { ms: elapsedMs, rate, cpu, kept: rate };
    const keeping = await testBed.ask('registerAndWatch', { root: `${root}/kept`, count: size });
    return { ms: elapsedMs, rate, cpu, kept: (size * 1_000) / keeping.elapsedMs };
  },
};
