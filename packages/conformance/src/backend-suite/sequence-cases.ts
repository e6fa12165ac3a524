import assert from 'node:assert/strict';
import { bytes, childNames, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';

/** `createSequential`: nodes numbered by the store. */
export const sequenceCases: readonly BackendCase[] = [
  {
    name: 'createSequential completes the name with ten digits that grow across all clients',
    async run(scene) {
      const [a, b] = await scene.pair();
      const made: string[] = [];
      for (let i = 0; i < 12; i += 1) {
        made.push(await (i % 2 === 0 ? a : b).createSequential(`/line/entry-${i % 3}-`, bytes(String(i))));
        if (i % 4 === 3) await a.remove(made[i - 1] ?? '', 0);
      }
      for (const [i, path] of made.entries()) assert.match(path, new RegExp(`^/line/entry-${i % 3}-\\d{10}$`));
      const numbers = made.map((path) => Number(path.slice(-10)));
      assert.ok(
        numbers.every((number, i) => number > (numbers[i - 1] ?? -1)),
        numbers.join(),
      );
      assert.equal(childNames(await b.read('/line')).length, 9);
    },
  },
  {
    name: 'createSequential creates parents, and an ephemeral node with its data, shown by own watches once it resolves',
    async run(scene) {
      const [a, b] = await scene.pair();
      const watch = await a.watching('/deep/line');
      const path = await a.createSequential('/deep/line/entry-', bytes('x'));
      assert.deepEqual(childNames(watch.last ?? assert.fail('nothing delivered')), [path.slice('/deep/line/'.length)]);
      const node = await b.read(path);
      assert.equal(text(node.data), 'x');
      assert.notEqual(node.stat?.ephemeralOwner, 0n);
      assert.equal((await b.stat('/deep/line')).ephemeralOwner, 0n);
      const others = await b.watching('/deep/line');
      await a.close();
      await others.until('its end', ({ children }) => children.size === 0);
    },
  },
  {
    name: 'concurrent createSequential calls create one node each',
    async run(scene) {
      const backends = await scene.pair();
      const calls = Array.from({ length: 20 }, (_, i) => backends[i % 2]?.createSequential('/line/e-', bytes('x')));
      assert.equal(new Set(await Promise.all(calls)).size, 20);
    },
  },
];
