import { everybody } from '../contestants.mjs';
import { instancePath, servicePath } from '../scene/data.mjs';

/** @import { Work } from './work.mjs' */

const instances = 10;

/** @type {Work} */
export const many = {
  name: 'many',
  title: 'Services with 10 instances each, all watched with a callback',
  figures: [
    { name: 'ms', title: 'until all are known', unit: 'ms', better: 'less' },
    { name: 'heap', title: 'heap for each service, its instances included', unit: 'bytes', better: 'less' },
    { name: 'rss', title: 'memory of the process for each', unit: 'bytes', better: 'less' },
  ],
  growth: 'ms',
  cases: [100, 1_000].map((size) => ({ name: `${size}`, size, contestants: everybody })),
  quickCases: [],
  async play(scene, size) {
    const { contestant, root, stagehand } = scene;
    await scene.open();
    const services = Array.from({ length: size }, (_, index) => servicePath(root, index));
    await stagehand.create(services);
    for (const service of services) {
      await stagehand.create(Array.from({ length: instances }, (_, index) => instancePath(service, index)));
    }
    const before = await memory(scene);
    const { result, elapsedMs } = await scene.ask('watchAll', { root, count: size });
    if (result !== size * instances) throw new Error(`${contestant} sees ${result} instances`);
    const after = await memory(scene);
    const rss = (after.rss - before.rss) / size;
    if (after.heap === undefined || before.heap === undefined) return { ms: elapsedMs, rss };
    return { ms: elapsedMs, heap: (after.heap - before.heap) / size, rss };
  },
};

/**
 * @param {import('../scene/scene.mjs').Scene} scene
 * @returns {Promise<{ heap?: number, rss: number }>}
 */
async function memory(scene) {
  return /** @type {{ heap?: number, rss: number }} */ ((await scene.ask('memory')).result);
}
