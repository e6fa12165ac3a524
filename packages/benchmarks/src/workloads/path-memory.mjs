import { pairs } from '../contestants.mjs';
import { servicePath } from '../scene/data.mjs';

/** @import { Work } from './work.mjs' */

/** @type {Work} */
export const pathMemory = {
  name: 'path-memory',
  title: 'Memory for a watched path with a callback, without children',
  figures: [{ name: 'heap', title: 'heap for each path', unit: 'bytes', better: 'less' }],
  cases: [{ name: '5000', size: 5_000, contestants: ['memory', ...pairs] }],
  quickCases: [{ name: '1000', size: 1_000, contestants: pairs }],
  async play(scene, size) {
    const { root, stagehand } = scene;
    await scene.open();
    await stagehand.create(Array.from({ length: size }, (_, index) => servicePath(root, index)));
    const before = await heap(scene);
    await scene.ask('watchAll', { root, count: size });
    return { heap: ((await heap(scene)) - before) / size };
  },
};

/** @param {import('../scene/scene.mjs').Scene} scene */
async function heap(scene) {
  return /** @type {{ heap: number }} */ ((await scene.ask('memory')).result).heap;
}
