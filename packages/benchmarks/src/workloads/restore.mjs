import { allSubjects, pairs } from '../subjects.mjs';

/** @import { Workload } from './workload.mjs' */

const registries = ['memory', 'zookeeper-js', 'zookeeper-native'];

/** @type {Workload} */
export const restore = {
  name: 'restore',
  title:
    'Registrations back after a lost session, from the word of the loss on; paced is the default, else `restorePerSecond: Infinity`',
  figures: [
    { name: 'ms', title: 'until all stand again', unit: 'ms', better: 'less' },
    { name: 'rate', title: 'registrations; by hand: a new client and pipelined creates', unit: '/s', better: 'more' },
    { name: 'cpu', title: 'time of a processor for each, in its process', unit: 'µs', better: 'less' },
  ],
  growth: 'ms',
  cases: [
    // kazoo starts a thread for each of them.
    { name: '1000', size: 1_000, subjects: allSubjects },
    { name: '10000', size: 10_000, subjects: ['memory', ...pairs] },
    { name: '10000 paced', size: 10_000, subjects: registries, special: true },
  ],
  quickCases: [{ name: '10000', size: 10_000, subjects: pairs }],
  async run(testBed, size, paced) {
    const { root } = testBed;
    await testBed.open({ route: 'tap', unpaced: !paced });
    await testBed.ask('register', { root, count: size });
    const back = testBed.ask('restored', { root, count: size });
    await testBed.endSession();
    const { result, cpuMs } = await back;
    const ms = Number(result);
    return { ms, rate: (size * 1_000) / ms, cpu: (cpuMs * 1_000) / size };
  },
};
