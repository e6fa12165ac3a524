import { byHand, everybody, pairs } from '../contestants.mjs';
import { instancePath } from '../scene/data.mjs';

/** @import { Work } from './work.mjs' */

const instances = 10;
const warmUp = 200_000;
const peeksPerGet = 10;

/** @type {Work} */
export const lookup = {
  name: 'lookup',
  title: 'Looking up a watched service, from memory; calls in a second of a processor’s time',
  figures: [
    { name: 'peek', title: '`peek`; by hand: `get` of a `Map` of one’s own', unit: '/s', better: 'more' },
    { name: 'bytes', title: 'allocated by one `peek`', unit: 'bytes', better: 'less' },
    { name: 'get', title: '`await get`, one after the other', unit: '/s', better: 'more' },
  ],
  cases: [{ name: 'calls', size: 10_000_000, contestants: everybody }],
  quickCases: [{ name: 'calls', size: 2_000_000, contestants: pairs }],
  async play(scene, size) {
    const { contestant, root: path, stagehand } = scene;
    await scene.open();
    await stagehand.create(Array.from({ length: instances }, (_, index) => instancePath(path, index)));
    await scene.ask('watch', { path });
    await scene.ask('peek', { path, calls: warmUp });
    const figures = { peek: await perSecond(scene, 'peek', path, size) };
    if (contestant === 'kazoo') return figures;
    const bytes = Number((await scene.ask('bytesPerPeek', { path })).result);
    if (byHand.includes(contestant)) return { ...figures, bytes };
    await scene.ask('get', { path, calls: warmUp });
    return { ...figures, bytes, get: await perSecond(scene, 'get', path, size / peeksPerGet) };
  },
};

/**
 * By the processor's time, which the process has for itself however busy the machine is.
 *
 * @param {import('../scene/scene.mjs').Scene} scene
 * @param {'peek' | 'get'} command
 * @param {string} path
 * @param {number} calls
 */
async function perSecond(scene, command, path, calls) {
  const { cpuMs } = await scene.ask(command, { path, calls });
  return (calls * 1_000) / cpuMs;
}
