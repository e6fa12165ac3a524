import assert from 'node:assert/strict';
import type { NodeSnapshot } from '@ndsr/core';
import { forLater } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';

/** `for await (const snapshot of registry.watch(path))`. */
export const iteratorCases: readonly RegistryCase[] = [
  {
    name: 'watch yields the current snapshot first, then each change',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/w', { n: 0 });
      const seen: unknown[] = [];
      for await (const { data } of registry.watch('/w')) {
        const n = Number(data?.n);
        seen.push(n);
        if (n === 3) break;
        await other.setData('/w', { n: n + 1 });
      }
      assert.deepEqual(seen, [0, 1, 2, 3]);
    },
  },
  {
    name: 'a slow consumer of watch receives the latest snapshot',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const loop = registry.watch('/w');
      assert.equal((await scene.within('the first value', loop.next())).value?.stat, null);
      const log = await scene.watching(registry, '/w');
      for (let n = 1; n <= 10; n += 1) await other.setData('/w', { n });
      await log.until('the last value', ({ data }) => data?.n === 10);
      assert.equal((await scene.within('the next value', loop.next())).value?.data?.n, 10);
      const next = forLater(loop.next());
      await other.setData('/w', { n: 11 });
      assert.equal((await scene.within('the value after', next)).value?.data?.n, 11);
      await loop.return?.();
    },
  },
  {
    name: 'stop ends a watch loop',
    async run(scene) {
      const registry = await scene.started();
      const seen: NodeSnapshot[] = [];
      const loop = (async () => {
        for await (const snapshot of registry.watch('/w')) seen.push(snapshot);
      })();
      await scene.eventually('the first value', () => seen.length === 1);
      await registry.stop();
      await scene.within('the end of the loop', loop);
    },
  },
  {
    name: "abort ends a watch loop with the signal's reason, also before it started",
    async run(scene) {
      const registry = await scene.started();
      const reason = new Error('enough');
      const controller = new AbortController();
      const seen: NodeSnapshot[] = [];
      const loop = forLater(
        (async () => {
          for await (const snapshot of registry.watch('/w', { signal: controller.signal })) seen.push(snapshot);
        })(),
      );
      await scene.eventually('the first value', () => seen.length === 1);
      controller.abort(reason);
      await assert.rejects(scene.within('the end of the loop', loop), reason);
      await assert.rejects(
        scene.within(
          'the end of the loop',
          (async () => await registry.watch('/w', { signal: AbortSignal.abort(reason) }).next())(),
        ),
        reason,
      );
    },
  },
  {
    name: 'leaving a loop does not affect others, and ends it',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const loop = registry.watch('/w');
      const log = await scene.watching(registry, '/w');
      for await (const _ of loop) break;
      await other.setData('/w', { a: 1 });
      await log.until('the change', ({ data }) => data?.a === 1);
      assert.deepEqual(await loop.next(), { done: true, value: undefined });
    },
  },
  {
    name: 'two loops of one path each receive everything',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const loops = [registry.watch('/w'), registry.watch('/w', { children: 'names' })] as const;
      for (const loop of loops) await scene.within('the first value', loop.next());
      await other.setNode('/w/child', { n: 1 });
      const data = await scene.within('the data', firstWith(loops[0], 'child'));
      const names = await scene.within('the name', firstWith(loops[1], 'child'));
      assert.equal(data.children.child?.n, 1);
      assert.equal(names.children.child, null);
    },
  },
  {
    name: 'unwatch ends the loops of its path',
    async run(scene) {
      const registry = await scene.started();
      const loop = registry.watch('/w');
      await scene.within('the first value', loop.next());
      registry.unwatch('/w');
      assert.equal((await scene.within('the end', loop.next())).done, true);
    },
  },
];

/** Returns the first snapshot of the loop that has the child, and leaves the loop. */
async function firstWith(loop: AsyncIterable<NodeSnapshot>, name: string): Promise<NodeSnapshot> {
  for await (const snapshot of loop) if (name in snapshot.children) return snapshot;
  throw new Error(`the loop ended before ${name} was there`);
}
