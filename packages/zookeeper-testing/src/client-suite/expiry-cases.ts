import assert from 'node:assert/strict';
import { errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';
import { allRefusedWith, refusals } from './operations.js';

/** A session that the servers expired: the client reports it once and is unusable afterwards. */
export const clientExpiryCases: readonly ClientCase[] = [
  {
    name: 'the end of the session is reported once, and nothing follows',
    needs: 'faults',
    async run(scene) {
      const [client, witness] = await scene.pair();
      await client.create(scene.path('/mine'), 'x', 'ephemeral');
      await client.exists(scene.path('/node'), true);
      await scene.expire(client);
      await witness.create(scene.path('/node'));
      await scene.quiet();
      assert.equal(client.of('expired').length, 1);
      assert.equal(client.types.at(-1), 'expired');
      assert.deepEqual(await witness.names(scene.path('')), ['node']);
    },
  },
  {
    name: 'a session that expired while its client was cut off is reported as expired once it reconnects',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      await Promise.all([scene.faults.expire(client.port), scene.faults.goDown()]);
      await scene.faults.comeBack();
      await client.until('expired');
      await scene.quiet();
      assert.equal(client.types.at(-1), 'expired');
    },
  },
  {
    name: 'requests in flight when the session ends reject with CONNECTION_LOSS or have been answered',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      const calls = Promise.allSettled(Array.from({ length: 100 }, (_, i) => client.create(scene.path(`/n${i}`))));
      await scene.expire(client);
      for (const outcome of await calls) {
        if (outcome.status === 'fulfilled') continue;
        assert.ok(outcome.reason instanceof ZooKeeperError, String(outcome.reason));
        assert.ok(
          [errorNumbers.connectionLoss, errorNumbers.sessionExpired].some((one) => one === outcome.reason.number),
          String(outcome.reason),
        );
      }
    },
  },
  {
    name: 'a client whose session ended accepts requests and close, again and again',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      await scene.expire(client);
      assert.deepEqual(await refusals(client, scene.path('/node')), allRefusedWith(errorNumbers.connectionLoss));
      await client.close();
      await client.close();
      assert.deepEqual(await refusals(client, scene.path('/node')), allRefusedWith(errorNumbers.connectionLoss));
    },
  },
  {
    name: 'the end of one session does not affect the others',
    needs: 'faults',
    async run(scene) {
      const [client, other] = [await scene.connected(), await scene.connected()];
      await other.create(scene.path('/other'), 'x', 'ephemeral');
      await scene.expire(client);
      await scene.quiet();
      assert.deepEqual(other.types, ['connected']);
      assert.equal(await other.text(scene.path('/other')), 'x');
    },
  },
];
