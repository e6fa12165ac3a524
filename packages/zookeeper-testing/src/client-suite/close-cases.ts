import assert from 'node:assert/strict';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';

/** Duty 6: close. */
export const clientCloseCases: readonly ClientCase[] = [
  {
    name: 'close ends the session: its ephemeral nodes are gone once it resolves',
    async run(scene) {
      const [client, witness] = await scene.pair();
      await client.create(scene.path('/mine'), 'x', 'ephemeral');
      await client.create(scene.path('/all'), 'x');
      await client.close();
      assert.deepEqual(await witness.names(scene.path('')), ['all']);
    },
  },
  {
    name: 'close may be called again, concurrently and later',
    async run(scene) {
      const client = await scene.connected();
      await Promise.all([client.close(), client.close()]);
      await client.close();
    },
  },
  {
    name: 'close of a client that was never connected resolves',
    async run(scene) {
      await scene.client().close();
    },
  },
  {
    name: 'close while connecting resolves, and nothing follows it',
    async run(scene) {
      for (let round = 0; round < 10; round += 1) {
        const client = scene.client();
        client.connect();
        // At a different moment of the handshake in each round.
        for (let turn = 0; turn < round; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        await client.close();
      }
      await scene.quiet();
    },
  },
  {
    name: 'connect after close does nothing',
    async run(scene) {
      const client = scene.client();
      await client.close();
      client.connect();
      await scene.quiet();
      assert.deepEqual(client.events, []);
    },
  },
  {
    name: 'close makes requests in flight reject with CONNECTION_LOSS',
    async run(scene) {
      const client = await scene.connected();
      const calls = Array.from({ length: 50 }, (_, i) =>
        client.refusal(`create ${i}`, (port) => port.create(scene.path(`/n${i}`), null, 'persistent')),
      );
      await client.close();
      assert.deepEqual(new Set(await Promise.all(calls)), new Set([errorNumbers.connectionLoss]));
    },
  },
  {
    name: 'close silences watches, also those whose events are being delivered',
    async run(scene) {
      const [client, witness] = await scene.pair();
      const path = scene.path('/node');
      await witness.create(path);
      await client.data(path, true);
      await client.names(scene.path(''), true);
      const change = witness.setData(path, 'x');
      await client.close();
      await change;
      await witness.create(scene.path('/another'));
      await scene.quiet();
    },
  },
  {
    name: 'a client may be closed from inside its observer',
    async run(scene) {
      const client = scene.client();
      let closing: Promise<void> | undefined;
      client.onEvent(() => {
        closing ??= client.close();
      });
      client.connect();
      await client.until('connected');
      await closing;
      await scene.quiet();
      assert.deepEqual(client.types, ['connected']);
    },
  },
  {
    name: 'close during an outage resolves, and nothing follows it',
    needs: 'faults',
    async run(scene) {
      const [client, waiting] = [await scene.connected(), scene.client()];
      await client.exists(scene.path('/node'), true);
      await scene.goDown(client);
      waiting.connect();
      await Promise.all([client.close(), waiting.close()]);
      await scene.faults.comeBack();
      await (await scene.witness()).create(scene.path('/node'));
      await scene.quiet();
    },
  },
  {
    name: 'close at the moment when the connection breaks resolves',
    needs: 'faults',
    async run(scene) {
      const client = await scene.connected();
      const [down] = await Promise.all([scene.faults.goDown(), client.close()]);
      assert.equal(down, undefined);
      await scene.quiet();
    },
  },
  {
    name: 'close of a half-open connection resolves',
    needs: 'halfOpen',
    async run(scene) {
      const client = await scene.connected();
      await scene.faults.halfOpen?.();
      await client.close();
      await scene.faults.comeBack();
      await scene.quiet();
    },
  },
];
