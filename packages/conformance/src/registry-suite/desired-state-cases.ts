import assert from 'node:assert/strict';
import type { ServiceRegistry } from '@ndsr/core';
import { forLater } from '../support/rejection.js';
import { type SeededRandom, withSeed } from '../support/seeded-random.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

const paths = ['/wish/a', '/wish/b', '/wish/c', '/wish/d'] as const;
/** The last number wished for at each path; null for absent. */
type DesiredValues = Map<string, number | null>;

/** Whatever was wished in whatever order: the last wish for each path comes true. */
export const desiredStateCases: readonly RegistryCase[] = [
  {
    name: 'after random wishes the last one for each path has come true',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => {
        const registry = await scene.started();
        const desired: DesiredValues = new Map();
        for (let round = 0; round < 30; round += 1) {
          const calls = Array.from({ length: 1 + random.below(6) }, () => requestRandom(random, registry, desired));
          await scene.within('the wishes', Promise.all(calls));
        }
        await assertApplied(scene, desired);
      });
    },
  },
  {
    name: "after random wishes, outages and lost sessions the last wish with offline 'defer' comes true",
    needs: 'faults',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => {
        const registry = await scene.started({ offline: 'defer' });
        const desired: DesiredValues = new Map();
        for (let round = 0; round < 6; round += 1) {
          if (round % 2 === 0) await scene.expire(registry);
          const calls = [requestRandom(random, registry, desired), requestRandom(random, registry, desired)];
          await scene.goDown(registry);
          calls.push(requestRandom(random, registry, desired), requestRandom(random, registry, desired));
          await scene.comeBack(registry);
          await scene.within('the wishes', Promise.allSettled(calls));
          // What was broken off was told to have failed: wish for all once more.
          for (const [path, n] of desired) await scene.within('the wish', request(registry, path, n));
        }
        await assertApplied(scene, desired);
      });
    },
  },
];

function requestRandom(random: SeededRandom, registry: ServiceRegistry, desired: DesiredValues): Promise<boolean> {
  const path = random.pick(paths);
  const n = random.below(3) === 0 ? null : random.below(5);
  desired.set(path, n);
  return forLater(request(registry, path, n));
}

function request(registry: ServiceRegistry, path: string, n: number | null): Promise<boolean> {
  return n === null ? registry.unset(path) : registry.setNode(path, { n });
}

async function assertApplied(scene: RegistryScene, desired: DesiredValues): Promise<void> {
  const observer = await scene.started();
  const log = await scene.watching(observer, '/wish');
  const expected = [...desired].filter(([, n]) => n !== null).map(([path, n]) => `${path.slice('/wish/'.length)}=${n}`);
  const shown = (): string[] => Object.entries(log.last?.children ?? {}).map(([name, data]) => `${name}=${data?.n}`);
  await log.until(`[${expected.sort()}]`, () => shown().join() === expected.join());
  await scene.quiet();
  assert.deepEqual(shown(), expected);
}
