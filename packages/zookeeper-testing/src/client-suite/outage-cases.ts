import assert from 'node:assert/strict';
import type { ClientEvent } from '@ndsr/zookeeper-common';
import { errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';

/** Duties 3 and 4: connections that break. */
export const clientOutageCases: readonly ClientCase[] = [
  {
    name: 'an outage is reported as disconnected, and its end as connected, in the same session',
    needs: 'faults',
    async run(scene) {
      const [client, witness] = await scene.pair();
      await client.create(scene.path('/mine'), 'x', 'ephemeral');
      const { czxid } = await witness.stat(scene.path('/mine'));
      await scene.goDown(client);
      await scene.comeBack(client);
      assert.deepEqual(client.types, ['connected', 'disconnected', 'connected']);
      assert.equal((await client.stat(scene.path('/mine'))).czxid, czxid);
      assert.equal((await client.stat(scene.path('/mine'))).ephemeralOwner, client.sessionId);
      assert.deepEqual(witness.types, ['connected']);
    },
  },
  {
    name: 'consecutive outages are all survived',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      for (let round = 0; round < 3; round += 1) {
        await scene.goDown(client);
        await scene.comeBack(client);
        await client.create(scene.path(`/round-${round}`), 'x', 'ephemeral');
      }
      assert.equal((await client.names(scene.path(''))).length, 3);
    },
  },
  {
    name: 'a client that starts while no server can be reached connects when one can',
    needs: 'faults',
    async run(scene) {
      await scene.faults.goDown();
      const client = scene.client();
      client.connect();
      await scene.quiet();
      assert.deepEqual(client.types, []);
      await scene.comeBack(client);
      await client.create(scene.path('/node'));
    },
  },
  {
    name: 'a request in flight when the connection breaks is answered or rejects with CONNECTION_LOSS',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      const calls = Promise.allSettled(Array.from({ length: 200 }, (_, i) => client.create(scene.path(`/n${i}`))));
      await scene.goDown(client);
      for (const outcome of await calls) {
        if (outcome.status === 'rejected') assert.equal(numberOf(outcome.reason), errorNumbers.connectionLoss);
      }
      await scene.comeBack(client);
      assert.equal((await client.stat(scene.path(''))).ephemeralOwner, 0n);
    },
  },
  {
    name: 'a request made inside the events of an outage settles',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      const asked: { readonly on: ClientEvent['type']; readonly number: Promise<number | null> }[] = [];
      client.onEvent(({ type }) => {
        const number = client.port.exists({ path: scene.path(''), watch: true }).then(() => null, numberOf);
        asked.push({ on: type, number });
      });
      await scene.goDown(client);
      await scene.comeBack(client);
      await client.call('all answers', () => Promise.all(asked.map(({ number }) => number)));
      assert.deepEqual(
        asked.map(({ on }) => on),
        ['disconnected', 'connected'],
      );
      assert.deepEqual(await Promise.all(asked.map(({ number }) => number)), [errorNumbers.connectionLoss, null]);
    },
  },
  {
    name: 'an outage that ends at once leaves the client connected',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      await scene.faults.goDown();
      await scene.faults.comeBack();
      await client.until('connected', 2);
      await client.create(scene.path('/node'));
    },
  },
  {
    name: 'a half-open connection is reported as disconnected within two thirds of the timeout',
    needs: 'halfOpen',
    async run(scene) {
      const client = await scene.connected();
      const { sessionId } = client;
      await client.create(scene.path('/node'));
      await scene.faults.halfOpen?.();
      const refusal = client.refusal('exists', (port) => port.exists({ path: scene.path('/node'), watch: false }));
      await client.until('disconnected');
      assert.equal(await refusal, errorNumbers.connectionLoss);
      await scene.comeBack(client);
      // Measured by the servers' clock, not by the machine's speed: early enough that the session is still alive.
      assert.deepEqual(client.types, ['connected', 'disconnected', 'connected']);
      assert.equal(client.sessionId, sessionId);
    },
  },
];

function numberOf(thrown: unknown): number {
  assert.ok(thrown instanceof ZooKeeperError, String(thrown));
  return thrown.number;
}
