import assert from 'node:assert/strict';
import { BadVersionError, NoNodeError } from '@ndsr/core/backend';
import { bytes, text } from '../support/node-bytes.js';
import { outcomes, rejectsWith } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';

/** Duty 5: `write`. */
export const writeCases: readonly BackendCase[] = [
  {
    name: 'write replaces the bytes of the given version',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w', bytes('zero'));
      await b.write('/w', bytes('one'), 0);
      await a.write('/w', bytes('two'), 1);
      const { data, stat } = await b.read('/w');
      assert.equal(text(data), 'two');
      assert.equal(stat?.version, 2);
    },
  },
  {
    name: 'write of version 0 on a node that was changed rejects with BadVersionError: 0 is a version like any other',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/w', bytes('zero'));
      await backend.write('/w', bytes('one'), 0);
      await rejectsWith(BadVersionError, backend.write('/w', bytes('never'), 0), '/w');
      assert.equal(text((await backend.read('/w')).data), 'one');
    },
  },
  {
    name: 'write of a future version rejects with BadVersionError',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/w', bytes('zero'));
      const before = await backend.stat('/w');
      await rejectsWith(BadVersionError, backend.write('/w', bytes('never'), 1), '/w');
      const { data, stat } = await backend.read('/w');
      assert.equal(text(data), 'zero');
      assert.deepEqual(stat, before);
    },
  },
  {
    name: 'write of a path that does not exist rejects with NoNodeError and creates nothing',
    async run(scene) {
      const backend = await scene.connected();
      await rejectsWith(NoNodeError, backend.write('/nowhere/at-all', bytes('x'), 0), '/nowhere/at-all');
      assert.equal((await backend.read('/nowhere')).stat, null);
    },
  },
  {
    name: 'write of equal bytes is a change like any other',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/w', bytes('same'));
      const before = await backend.stat('/w');
      await backend.write('/w', bytes('same'), 0);
      const after = await backend.stat('/w');
      assert.equal(after.version, 1);
      assert.ok(after.mzxid > before.mzxid);
    },
  },
  {
    name: 'write does not change the owner and the children of a node',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/ephemeral', bytes('x'), 'ephemeral');
      await b.write('/w/ephemeral', bytes('y'), 0);
      await b.write('/w', bytes('parent'), 0);
      assert.equal((await b.stat('/w/ephemeral')).ephemeralOwner, a.connection.session.id);
      assert.equal(text((await b.read('/w')).children.get('ephemeral')?.data), 'y');
    },
  },
  {
    name: 'of several writes of one version one succeeds, the others reject with BadVersionError',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w', bytes('zero'));
      const calls = Array.from({ length: 10 }, (_, i) => (i % 2 ? a : b).write('/w', bytes(`${i}`), 0));
      const { resolved, errors } = await outcomes(calls);
      assert.equal(resolved, 1);
      for (const error of errors) assert.ok(error instanceof BadVersionError, String(error));
      assert.equal((await a.stat('/w')).version, 1);
    },
  },
];
