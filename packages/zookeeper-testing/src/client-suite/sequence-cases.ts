import assert from 'node:assert/strict';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';

/** Nodes numbered by the servers. */
export const clientSequenceCases: readonly ClientCase[] = [
  {
    name: 'createSequential completes the name with ten digits that grow, and resolves to the full path',
    async run(scene) {
      const [client, witness] = await scene.pair();
      const path = scene.path('/entry-');
      const made = [
        await client.createSequential(path, 'one'),
        await witness.createSequential(path, 'two'),
        await client.createSequential(scene.path('/other-'), 'three'),
      ];
      for (const one of made) assert.match(one.slice(scene.path('/').length), /^(entry|other)-\d{10}$/);
      const numbers = made.map((one) => Number(one.slice(-10)));
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(numbers).size, 3);
      assert.equal(await witness.text(made[0] ?? ''), 'one');
      assert.notEqual((await witness.stat(made[0] ?? '')).ephemeralOwner, 0n);
    },
  },
  {
    name: 'createSequential without a parent rejects with NO_NODE',
    async run(scene) {
      const client = await scene.connected();
      const number = await client.refusal('createSequential', (port) =>
        port.createSequential(scene.path('/missing/entry-'), new Uint8Array(0)),
      );
      assert.equal(number, errorNumbers.noNode);
    },
  },
];
