import assert from 'node:assert/strict';
import { BadVersionError, NoNodeError, NotEmptyError } from '@ndsr/core/backend';
import { bytes, childTexts, text } from '../support/node-bytes.js';
import { outcomes, rejectsWith } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';

/** Duty 5: `remove`. */
export const removeCases: readonly BackendCase[] = [
  {
    name: 'remove deletes the node for every client, and nothing above it',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/r/node', bytes('x'));
      await b.remove('/r/node', 0);
      assert.equal((await a.read('/r/node')).stat, null);
      assert.equal((await a.stat('/r')).numChildren, 0);
    },
  },
  {
    name: 'remove of a node with children rejects with NotEmptyError and changes nothing',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/r', bytes('own'));
      await backend.create('/r/child', bytes('c'));
      const before = await backend.stat('/r');
      await rejectsWith(NotEmptyError, backend.remove('/r', 0), '/r');
      const after = await backend.read('/r');
      assert.equal(text(after.data), 'own');
      assert.deepEqual(after.stat, before);
      assert.deepEqual(childTexts(after), new Map([['child', 'c']]));
    },
  },
  {
    name: 'remove of another version rejects with BadVersionError, also of version 0 after a change',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/r', bytes('zero'));
      await rejectsWith(BadVersionError, backend.remove('/r', 1), '/r');
      await backend.write('/r', bytes('one'), 0);
      await rejectsWith(BadVersionError, backend.remove('/r', 0), '/r');
      assert.equal(text((await backend.read('/r')).data), 'one');
      await backend.remove('/r', 1);
    },
  },
  {
    name: 'remove of a path that does not exist rejects with NoNodeError',
    async run(scene) {
      const backend = await scene.connected();
      await rejectsWith(NoNodeError, backend.remove('/nowhere/at-all', 0), '/nowhere/at-all');
      await backend.create('/r', bytes('x'));
      await backend.remove('/r', 0);
      await rejectsWith(NoNodeError, backend.remove('/r', 0), '/r');
    },
  },
  {
    name: "remove also deletes another session's ephemeral node",
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/r', bytes('x'), 'ephemeral');
      await b.remove('/r', 0);
      assert.equal((await a.read('/r')).stat, null);
    },
  },
  {
    name: 'of several removes of one node one succeeds, the others reject with NoNodeError',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/r', bytes('x'));
      const { resolved, errors } = await outcomes(
        Array.from({ length: 10 }, (_, i) => (i % 2 ? a : b).remove('/r', 0)),
      );
      assert.equal(resolved, 1);
      for (const error of errors) assert.ok(error instanceof NoNodeError, String(error));
    },
  },
];
