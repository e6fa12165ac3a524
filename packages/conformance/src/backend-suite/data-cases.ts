import assert from 'node:assert/strict';
import { maxNodeBytes } from '@ndsr/core/backend';
import { bytes, childTexts, noBytes, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';

/** Data is read exactly as it was written. */
export const dataCases: readonly BackendCase[] = [
  {
    name: 'a node created or written without bytes has null data, as itself and as a child',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/d/made', noBytes);
      await backend.create('/d/written', bytes('x'));
      await backend.write('/d/written', noBytes, 0);
      for (const path of ['/d/made', '/d/written']) {
        const { data, stat } = await backend.read(path);
        assert.equal(data, null);
        assert.equal(stat?.dataLength, 0);
      }
      const expected = new Map([
        ['made', null],
        ['written', null],
      ]);
      assert.deepEqual(childTexts(await backend.read('/d')), expected);
    },
  },
  {
    name: 'every byte value is preserved',
    async run(scene) {
      const [a, b] = await scene.pair();
      const every = Uint8Array.from({ length: 512 }, (_, i) => i);
      await a.create('/d/bytes', every);
      assert.deepEqual(new Uint8Array((await b.read('/d/bytes')).data ?? []), every);
      assert.deepEqual(new Uint8Array((await b.read('/d')).children.get('bytes')?.data ?? []), every);
    },
  },
  {
    name: 'only the passed part of a buffer is written',
    async run(scene) {
      const backend = await scene.connected();
      const whole = bytes('before-PART-after');
      await backend.create('/d', whole.subarray(7, 11));
      assert.equal(text((await backend.read('/d')).data), 'PART');
      await backend.write('/d', whole.subarray(12), 0);
      assert.equal(text((await backend.read('/d')).data), 'after');
    },
  },
  {
    name: '900 KB of data is written, read and watched',
    async run(scene) {
      const [a, b] = await scene.pair();
      const size = maxNodeBytes - 1_000;
      const big = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251);
      await a.create('/big', big);
      const watch = await b.watching('/big');
      assert.ok(Buffer.compare(watch.last?.data ?? noBytes, big) === 0, 'the bytes watched differ');
      await a.write('/big', big.subarray(1), 0);
      await watch.until('the second value', ({ stat }) => stat?.version === 1);
      const { data } = await b.read('/big');
      assert.ok(Buffer.compare(data ?? noBytes, big.subarray(1)) === 0, 'the bytes read differ');
    },
  },
  {
    name: 'delivered data stays unchanged when the node changes',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/d/child', bytes('one'));
      const [node, parent] = [await b.read('/d/child'), await b.read('/d')];
      await a.write('/d/child', bytes('two'), 0);
      await a.create('/d/other', bytes('x'));
      await b.read('/d');
      assert.equal(text(node.data), 'one');
      assert.equal(node.stat?.version, 0);
      assert.equal(text(parent.children.get('child')?.data), 'one');
      assert.equal(parent.children.size, 1);
      assert.equal(parent.stat?.numChildren, 1);
    },
  },
];
