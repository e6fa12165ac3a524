import { allSubjects, baselines, pairs } from '../subjects.mjs';
import { instancePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */

const instances = 10;
const warmUp = 200_000;
const peeksPerGet = 10;

/** @type {Workload} */
export const lookup = {
  name: 'lookup',
  title: 'Looking up a watched service, from memory; calls in a second of a processor’s time',
  figures: [
    { name: 'peek', title: '`peek`; by hand: `get` of a `Map` of one’s own', unit: '/s', better: 'more' },
    { name: 'bytes', title: 'allocated by one `peek`', unit: 'bytes', better: 'less' },
    { name: 'get', title: '`await get`, one after the other', unit: '/s', better: 'more' },
  ],
  cases: [{ name: 'calls', size: 10_000_000, subjects: allSubjects }],
  quickCases: [{ name: 'calls', size: 2_000_000, subjects: pairs }],
  async run(testBed, size) {
    const { subject, root: path, backgroundLoad } = testBed;
    await testBed.open();
    await backgroundLoad.create(Array.from({ length: instances }, (_, index) => instancePath(path, index)));
    await testBed.ask('watch', { path });
    await testBed.ask('peek', { path, calls: warmUp });
    const figures = { peek: await perSecond(testBed, 'peek', path, size) };
    if (subject === 'kazoo') return figures;
    const bytes = Number((await testBed.ask('bytesPerPeek', { path })).result);
    if (baselines.includes(subject)) return { ...figures, bytes };
    await testBed.ask('get', { path, calls: warmUp });
    return { ...figures, bytes, get: await perSecond(testBed, 'get', path, size / peeksPerGet) };
  },
};

/**
 * In CPU time, which does not depend on how busy the machine is.
 *
 * @param {import('../test-bed/test-bed.mjs').TestBed} testBed
 * @param {'peek' | 'get'} command
 * @param {string} path
 * @param {number} calls
 */
async function perSecond(testBed, command, path, calls) {
  const { cpuMs } = await testBed.ask(command, { path, calls });
  return (calls * 1_000) / cpuMs;
}
