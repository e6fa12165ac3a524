import assert from 'node:assert/strict';
import { NoConnectionError } from '@ndsr/core/backend';
import { bytes } from '../support/node-bytes.js';
import { forLater, outcomes } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';

/** Duties 1, 2, 3 and 10: connect, sessions, close. */
export const connectionCases: readonly BackendCase[] = [
  {
    name: 'connect reports a session of its own, not synchronously',
    async run(scene) {
      const [a, b] = await scene.pair();
      for (const { connection } of [a, b]) {
        assert.deepEqual(connection.types, ['connected']);
        assert.equal(typeof connection.session.id, 'bigint');
        assert.notEqual(connection.session.id, 0n);
        assert.ok(connection.session.timeoutMs > 0, `timeoutMs is ${connection.session.timeoutMs}`);
      }
      assert.notEqual(a.connection.session.id, b.connection.session.id);
    },
  },
  {
    name: 'a backend declares its name and its capabilities',
    async run(scene) {
      const { port } = scene.backend();
      assert.match(port.name, /^[a-z][a-z0-9-]*$/);
      assert.equal(typeof port.capabilities.atomicReplace, 'boolean');
      assert.equal(typeof port.capabilities.letsProcessEnd, 'boolean');
    },
  },
  {
    name: 'a connection without incidents reports nothing more',
    async run(scene) {
      const backend = await scene.connected();
      await scene.quiet();
      assert.deepEqual(backend.connection.types, ['connected']);
    },
  },
  {
    name: 'quietMs is the time since the last answer: less than the session timeout while connected',
    async run(scene) {
      const backend = await scene.connected();
      await backend.read('/');
      await scene.quiet();
      const { quietMs } = backend.port;
      assert.ok(quietMs >= 0 && quietMs < backend.connection.session.timeoutMs, `quietMs is ${quietMs}`);
    },
  },
  {
    name: 'the observer of the connection may call the port',
    async run(scene) {
      const backend = scene.backend();
      const reads: Promise<unknown>[] = [];
      backend.connection.onEvent(() => reads.push(forLater(backend.read('/'))));
      backend.connect();
      await backend.connected();
      assert.equal(reads.length, 1);
      await Promise.all(reads);
    },
  },
  {
    name: 'close may be called again, also concurrently',
    async run(scene) {
      const backend = await scene.connected();
      await Promise.all([backend.close(), backend.close()]);
      await backend.close();
    },
  },
  {
    name: 'close of a backend that was never connected resolves',
    async run(scene) {
      await scene.backend().close();
    },
  },
  {
    name: 'close while connecting resolves, and nothing follows it',
    async run(scene) {
      const backend = scene.backend();
      backend.connect();
      await backend.close();
      await scene.quiet();
    },
  },
  {
    name: 'close settles operations in flight',
    async run(scene) {
      const backend = await scene.connected();
      const calls = Array.from({ length: 50 }, (_, i) => backend.create(`/under-way/${i}`, bytes('x')));
      const settled = outcomes(calls);
      await backend.close();
      for (const error of (await settled).errors) assert.ok(error instanceof NoConnectionError, String(error));
    },
  },
  {
    name: 'close ends every watch',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.watching('/closed');
      await a.close();
      await b.create('/closed/child', bytes('x'));
      await scene.quiet();
    },
  },
  {
    name: 'two fixtures do not see each other',
    async run(scene) {
      const here = await scene.connected();
      const other = await scene.options.open();
      const there = other.backend();
      try {
        const connected = new Promise<void>((resolve) => {
          there.connect((event) => event.type === 'connected' && resolve());
        });
        await here.call('connect of the other fixture', () => connected);
        await here.create('/isolated', bytes('here'));
        const seen = await here.call('read there', () => there.read('/isolated', { children: 'data' }));
        assert.equal(seen.stat, null);
      } finally {
        await there.close();
        await other.close();
      }
    },
  },
  {
    name: 'a fixture with faults declares them',
    async run(scene) {
      assert.equal(scene.options.faults, scene.fixture.faults !== undefined, 'give the suite `faults: true`');
    },
  },
];
