import assert from 'node:assert/strict';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';
import type { ClientScene } from './client-scene.js';
import type { ObservedClient } from './observed-client.js';
import { allRefusedWith, refusals } from './operations.js';

interface Phase {
  readonly needs?: 'faults';
  /** Brings a client into the phase. */
  enter(scene: ClientScene): Promise<ObservedClient>;
  /** Lets the client connect if it still can, so that a queued request would show. */
  leave(scene: ClientScene, client: ObservedClient): Promise<void>;
}

async function stay(): Promise<void> {
  // It can no longer connect.
}

const phases: Readonly<Record<string, Phase>> = {
  'before connect': {
    enter: async (scene) => scene.client(),
    async leave(_scene, client) {
      client.connect();
      await client.until('connected');
    },
  },
  'while connecting': {
    async enter(scene) {
      const client = scene.client();
      client.connect();
      return client;
    },
    leave: async (_scene, client) => await client.until('connected'),
  },
  'after close': {
    async enter(scene) {
      const client = await scene.connected();
      await client.close();
      return client;
    },
    leave: stay,
  },
  'after close without connect': {
    async enter(scene) {
      const client = scene.client();
      await client.close();
      return client;
    },
    leave: stay,
  },
  'before the first connection': {
    needs: 'faults',
    async enter(scene) {
      await scene.faults.goDown();
      const client = scene.client();
      client.connect();
      await scene.quiet();
      return client;
    },
    leave: async (scene, client) => await scene.comeBack(client),
  },
  'during an outage': {
    needs: 'faults',
    async enter(scene) {
      const client = await scene.connected();
      await scene.goDown(client);
      return client;
    },
    leave: async (scene, client) => await scene.comeBack(client),
  },
  'after the session expired': {
    needs: 'faults',
    async enter(scene) {
      const client = await scene.connected();
      await scene.expire(client);
      return client;
    },
    leave: stay,
  },
};

/** Duty 3: an operation while not connected. */
export const clientPhaseCases: readonly ClientCase[] = Object.entries(phases).map(
  ([phase, { needs, enter, leave }]) => ({
    name: `every operation ${phase} rejects at once with CONNECTION_LOSS and is not carried out later`,
    ...(needs === undefined ? {} : { needs }),
    async run(scene) {
      const witness = await scene.witness();
      const path = scene.path('/node');
      await witness.create(path, 'first');
      const client = await enter(scene);
      // The only phase that ends by itself: only a request in its first moment counts.
      if (phase === 'while connecting') assert.equal(await firstRefusal(client, path), errorNumbers.connectionLoss);
      else assert.deepEqual(await refusals(client, path), allRefusedWith(errorNumbers.connectionLoss));
      await leave(scene, client);
      await scene.quiet();
      assert.equal(await witness.text(path), 'first');
      const { version, cversion } = await witness.stat(path);
      assert.deepEqual({ version, cversion }, { version: 0, cversion: 0 });
    },
  }),
);

async function firstRefusal(client: ObservedClient, path: string): Promise<number> {
  return await client.refusal('remove', (port) => port.remove(path, -1));
}
