import assert from 'node:assert/strict';
import type { ChildDetail, RawNode } from '@ndsr/core/backend';
import { ServiceRegistryError } from '@ndsr/core/backend';
import { bytes } from '../support/node-bytes.js';
import { type SeededRandom, withSeed } from '../support/seeded-random.js';
import type { BackendCase } from './backend-case.js';
import type { BackendScene } from './backend-scene.js';
import type { ObservedBackend } from './observed-backend.js';
import type { WatchRecorder } from './watch-recorder.js';

const paths = ['/churn', '/churn/a', '/churn/b', '/churn/a/x', '/churn/a/y', '/churn/b/z'] as const;
const details = ['names', 'data'] as const;
const steps = 300;

/** A random workload: in the end each watch has delivered the same as a fresh read. */
export const randomWorkloadCases: readonly BackendCase[] = [
  {
    name: 'after random changes by two backends every watch shows the same as a fresh read',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => {
        const [a, b] = await scene.pair();
        const watches = watchAll(a, b);
        await runRandomChanges(random, [a, b], steps);
        await assertSettled(a, watches);
      });
    },
  },
  {
    name: 'after random changes, outages and lost sessions every watch shows the same as a fresh read',
    needs: 'faults',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => {
        const [a, b] = await scene.pair();
        const watches = watchAll(a, b);
        for (let round = 0; round < 4; round += 1) {
          await runRandomChanges(random, [a, b], steps / 10);
          await interrupt(scene, random.pick([a, b]), [a, b]);
        }
        await runRandomChanges(random, [a, b], steps / 10);
        await assertSettled(a, watches);
      });
    },
  },
];

function watchAll(...backends: ObservedBackend[]): WatchRecorder[] {
  return backends.flatMap((backend) =>
    paths.flatMap((path) => details.map((detail: ChildDetail) => backend.watch(path, detail))),
  );
}

/** Changes in small bursts; refusals count as successes. */
async function runRandomChanges(
  random: SeededRandom,
  backends: [ObservedBackend, ObservedBackend],
  count: number,
): Promise<void> {
  for (let done = 0; done < count; ) {
    const burst = 1 + random.below(5);
    await Promise.all(Array.from({ length: burst }, () => change(random, random.pick(backends))));
    done += burst;
  }
}

async function change(random: SeededRandom, backend: ObservedBackend): Promise<void> {
  const path = random.pick(paths);
  const data = bytes(`${random.below(1_000_000)}`);
  const version = random.below(3);
  const kind = path.length > '/churn/a'.length ? 'ephemeral' : 'persistent';
  const kinds = [
    () => backend.create(path, data, kind),
    () => backend.create(path, data, kind),
    () => backend.write(path, data, version),
    () => backend.remove(path, version),
    () => backend.replace(path, data, version, kind),
  ] as const;
  try {
    await random.pick<() => Promise<void>>([...kinds])();
  } catch (error) {
    if (!(error instanceof ServiceRegistryError)) throw error;
  }
}

async function interrupt(scene: BackendScene, one: ObservedBackend, all: ObservedBackend[]): Promise<void> {
  await scene.expire(one);
  await scene.goDown(...all);
  await scene.comeBack(...all);
}

async function assertSettled(reader: ObservedBackend, watches: readonly WatchRecorder[]): Promise<void> {
  for (const watch of watches) {
    const fresh = await reader.read(watch.path, watch.detail);
    await watch.until(`what a fresh read says: ${describe(fresh)}`, (node) => describe(node) === describe(fresh));
    assert.deepEqual(watch.last?.stat, fresh.stat, watch.path);
  }
}

function describe(node: RawNode): string {
  const children = [...node.children].sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = children.map(([name, { data }]) => `${name}=${data === null ? '' : Buffer.from(data).toString()}`);
  const mzxid = node.stat === null ? 'absent' : `${node.stat.mzxid}/${node.stat.pzxid}`;
  return `${mzxid} ${node.data === null ? '' : Buffer.from(node.data).toString()} [${texts.join(' ')}]`;
}
