import assert from 'node:assert/strict';
import { NoConnectionError } from '@ndsr/core/backend';
import { bytes, text } from '../support/node-bytes.js';
import { forLater, outcomes } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';
import type { ObservedBackend } from './observed-backend.js';

/** Duties 3, 4, 9 and 10 under faults: sessions, calls and ephemeral nodes. */
export const outageCases: readonly BackendCase[] = [
  {
    name: 'a backend that starts while the servers are down connects when they come back',
    needs: 'faults',
    async run(scene) {
      await scene.faults.goDown();
      const backend = scene.backend();
      backend.connect();
      await scene.quiet();
      assert.equal(backend.connection.connections, 0);
      await scene.comeBack(backend);
    },
  },
  {
    name: 'an outage is reported as suspended or lost, and its end as connected',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      await scene.goDown(backend);
      for (const { event } of backend.connection.events) {
        if (event.type === 'suspended') assert.ok(event.quietMs >= 0, `quietMs is ${event.quietMs}`);
      }
      await scene.comeBack(backend);
      assert.ok(backend.connection.connections === 2, backend.connection.types.join());
    },
  },
  {
    name: 'the reason for a missing connection is known per server, if the backend reports reasons',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      const { serverFailures } = backend.port;
      if (serverFailures === undefined) return;
      assert.deepEqual(serverFailures, [], 'nothing while connected');
      await scene.goDown(backend);
      const failures = backend.port.serverFailures ?? [];
      assert.ok(failures.length > 0, 'at least one server');
      for (const { server, error } of failures) {
        assert.match(server, /^[^@]+$/);
        assert.ok(error instanceof Error, String(error));
      }
      await scene.comeBack(backend);
      assert.deepEqual(backend.port.serverFailures, [], 'nothing once connected again');
    },
  },
  {
    name: 'consecutive outages are all survived',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      for (let times = 2; times <= 4; times += 1) {
        await scene.goDown(backend);
        await scene.faults.comeBack();
        await backend.connected(times);
        await backend.create(`/outage-${times}`, bytes('x'));
      }
    },
  },
  {
    name: 'an expired session is reported as lost, and a new one is opened automatically',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      const { id } = backend.connection.session;
      await scene.expire(backend);
      assert.ok(backend.connection.lost, backend.connection.types.join());
      assert.notEqual(backend.connection.session.id, id);
    },
  },
  {
    name: 'the expiry of one session does not affect the others',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      await b.create('/bystander', bytes('b'), 'ephemeral');
      await scene.expire(a);
      await scene.quiet();
      assert.deepEqual(b.connection.types, ['connected']);
      assert.equal(text((await a.read('/bystander')).data), 'b');
    },
  },
  {
    name: 'an operation in flight when the connection breaks is answered or rejects with NoConnectionError',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      const calls = Array.from({ length: 50 }, (_, i) => backend.create(`/broken-off/${i}`, bytes('x')));
      const settled = outcomes(calls);
      await scene.goDown(backend);
      for (const error of (await settled).errors) assert.ok(error instanceof NoConnectionError, String(error));
    },
  },
  {
    name: 'an operation made at the moment of an outage event settles',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      const calls: Promise<unknown>[] = [];
      backend.connection.onEvent((event) => {
        if (event.type === 'connected') return;
        calls.push(forLater(backend.read('/')), forLater(backend.create('/moment', bytes('x'))));
      });
      await scene.goDown(backend);
      await scene.comeBack(backend);
      await scene.expire(backend);
      assert.ok(calls.length >= 4);
      const { errors } = await outcomes(calls);
      const unexpected = errors.filter((error) => !(error instanceof NoConnectionError) && !isNodeExists(error));
      assert.deepEqual(unexpected, []);
    },
  },
  {
    name: 'close while the servers are down resolves, and nothing follows it',
    needs: 'faults',
    async run(scene) {
      const [backend, waiting] = [await scene.connected(), scene.backend()];
      await backend.watching('/closed-while-down');
      await scene.goDown(backend);
      waiting.connect();
      await Promise.all([backend.close(), waiting.close()]);
      await scene.faults.comeBack();
      const other = await scene.connected();
      await other.create('/closed-while-down', bytes('x'));
      await scene.quiet();
    },
  },
  {
    name: 'ephemeral nodes outlive an outage if and only if their session does',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/through/ephemeral', bytes('e'), 'ephemeral');
      await backend.create('/through/persistent', bytes('p'));
      const { czxid } = await backend.stat('/through/ephemeral');
      const { id } = backend.connection.session;
      await scene.goDown(backend);
      await scene.comeBack(backend);
      await gone(backend, '/through/ephemeral', backend.connection.session.id === id ? czxid : undefined);
      assert.equal(text((await backend.read('/through/persistent')).data), 'p');
    },
  },
];

function isNodeExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_NDSR_NODE_EXISTS';
}

/** Waits until the node is gone, or has the `czxid` of the node that is expected to live on. */
async function gone(backend: ObservedBackend, path: string, czxid: bigint | undefined): Promise<void> {
  const watch = await backend.watching(path);
  const fits = czxid === undefined ? 'its end' : 'the same life';
  await watch.until(fits, ({ stat }) => stat?.czxid === czxid);
}
