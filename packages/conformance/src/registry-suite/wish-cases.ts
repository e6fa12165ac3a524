import assert from 'node:assert/strict';
import type { ServiceRegistry } from '@ndsr/core';
import { forLater } from '../support/rejection.js';
import { type SeededRandom, withSeed } from '../support/seeded-random.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

const paths = ['/wish/a', '/wish/b', '/wish/c', '/wish/d'] as const;
/** The last number wished for at each path; null for absent. */
type Wishes = Map<string, number | null>;

/** Whatever was wished in whatever order: the last wish for each path comes true. */
export const wishCases: readonly RegistryCase[] = [
  {
    name: 'after random wishes the last one for each path has come true',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => {
        const registry = await scene.started();
        const wishes: Wishes = new Map();
        for (let round = 0; round < 30; round += 1) {
          const calls = Array.from({ length: 1 + random.below(6) }, () => wish(random, registry, wishes));
          await scene.within('the wishes', Promise.all(calls));
        }
        await assertFulfilled(scene, wishes);
      });
    },
  },
  {
    name: "after random wishes, outages and lost sessions the last wish with offline 'defer' comes true",
    needs: 'faults',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => {
        const registry = await scene.started({ offline: 'defer' });
        const wishes: Wishes = new Map();
        for (let round = 0; round < 6; round += 1) {
          if (round % 2 === 0) await scene.expire(registry);
          const calls = [wish(random, registry, wishes), wish(random, registry, wishes)];
          await scene.goDown(registry);
          calls.push(wish(random, registry, wishes), wish(random, registry, wishes));
          await scene.comeBack(registry);
          await scene.within('the wishes', Promise.allSettled(calls));
          // What was broken off was told to have failed: wish for all once more.
          for (const [path, n] of wishes) await scene.within('the wish', fulfil(registry, path, n));
        }
        await assertFulfilled(scene, wishes);
      });
    },
  },
];

function wish(random: SeededRandom, registry: ServiceRegistry, wishes: Wishes): Promise<boolean> {
  const path = random.pick(paths);
  const n = random.below(3) === 0 ? null : random.below(5);
  wishes.set(path, n);
  return forLater(fulfil(registry, path, n));
}

function fulfil(registry: ServiceRegistry, path: string, n: number | null): Promise<boolean> {
  return n === null ? registry.unset(path) : registry.setNode(path, { n });
}

async function assertFulfilled(scene: RegistryScene, wishes: Wishes): Promise<void> {
  const witness = await scene.started();
  const log = await scene.watching(witness, '/wish');
  const expected = [...wishes].filter(([, n]) => n !== null).map(([path, n]) => `${path.slice('/wish/'.length)}=${n}`);
  const shown = (): string[] => Object.entries(log.last?.children ?? {}).map(([name, data]) => `${name}=${data?.n}`);
  await log.until(`[${expected.sort()}]`, () => shown().join() === expected.join());
  await scene.quiet();
  assert.deepEqual(shown(), expected);
}
