import { everybody, pairs } from '../contestants.mjs';

/** @import { Work } from './work.mjs' */

const warmUp = 200;

/** @type {Work} */
export const register = {
  name: 'register',
  title: 'Registering nodes over one session',
  figures: [
    { name: 'ms', title: 'until all stand', unit: 'ms', better: 'less' },
    { name: 'rate', title: 'nodes registered; by hand: pipelined creates', unit: '/s', better: 'more' },
  ],
  cases: [1, 100, 10_000].map((size) => ({ name: `${size}`, size, contestants: everybody })),
  quickCases: [{ name: '2000', size: 2_000, contestants: pairs }],
  async play(scene, size) {
    const { root, stagehand } = scene;
    await scene.open();
    await stagehand.create([`${root}/warm-up`, `${root}/service`]);
    await scene.ask('register', { root: `${root}/warm-up`, count: warmUp });
    const { elapsedMs } = await scene.ask('register', { root: `${root}/service`, count: size });
    return { ms: elapsedMs, rate: (size * 1_000) / elapsedMs };
  },
};
