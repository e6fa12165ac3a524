import { byHand, everybody, pairs } from '../contestants.mjs';
import { instancePath } from '../scene/data.mjs';

/** @import { Work } from './work.mjs' */

const instances = 10;
const warmUp = 200_000;
const getsPerPeek = 10;

/** @type {Work} */
export const lookup = {
  name: 'lookup',
  title: 'Looking up a watched service, from memory',
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
    const peekMs = await ask(scene, 'peek', { path, calls: size });
    const figures = { peek: perSecond(size, peekMs) };
    if (contestant === 'kazoo') return figures;
    const bytes = await ask(scene, 'bytesPerPeek', { path });
    if (byHand.includes(contestant)) return { ...figures, bytes };
    await scene.ask('get', { path, calls: warmUp });
    const gets = size / getsPerPeek;
    return { ...figures, bytes, get: perSecond(gets, await ask(scene, 'get', { path, calls: gets })) };
  },
};

/**
 * @param {import('../scene/scene.mjs').Scene} scene
 * @param {string} command
 * @param {object} args
 */
async function ask(scene, command, args) {
  return Number((await scene.ask(command, args)).result);
}

/**
 * @param {number} count
 * @param {number} ms
 */
function perSecond(count, ms) {
  return (count * 1_000) / ms;
}
