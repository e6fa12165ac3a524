import assert from 'node:assert/strict';
import type { ServiceRegistry } from '@ndsr/core';
import { forLater } from '../support/rejection.js';
import { type SeededRandom, withSeed } from '../support/seeded-random.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

const paths = ['/wish/a', '/wish/b', '/wish/c', '/wish/d'] as const;
/** The last number requested for each path; null for absent. */
type DesiredValues = Map<string, number | null>;

/** In whatever order requests are made: the last one for each path takes effect. */
export const desiredStateCases: readonly RegistryCase[] = [
  {
    name: 'after random requests the last one for each path has taken effect',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => {
        const registry = await scene.started();
        const desired: DesiredValues = new Map();
        for (let round = 0; round < 30; round += 1) {
          const calls = Array.from({ length: 1 + random.below(6) }, () => requestRandom(random, registry, desired));
          await scene.within('the requests', Promise.all(calls));
        }
        await assertApplied(scene, desired);
      });
    },
  },
  {
    name: "after random requests, outages and lost sessions the last request with offline 'defer' takes effect",
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
          await scene.within('the requests', Promise.allSettled(calls));
          // Interrupted requests were reported as failed: request everything once more.
          for (const [path, n] of desired) await scene.within('the request', request(registry, path, n));
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
