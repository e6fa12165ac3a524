import assert from 'node:assert/strict';
import type { ClientCase } from './client-case.js';

/** Connecting, and sessions. */
export const clientSessionCases: readonly ClientCase[] = [
  {
    name: 'connect reports a session, not synchronously',
    async run(scene) {
      const client = await scene.connected();
      const [event] = client.of('connected');
      assert.equal(typeof event?.sessionId, 'bigint');
      assert.notEqual(event?.sessionId, 0n);
      assert.ok((event?.timeoutMs ?? 0) > 0, `timeoutMs is ${event?.timeoutMs}`);
    },
  },
  {
    name: 'a client that is not connected does nothing',
    async run(scene) {
      const client = scene.client();
      await scene.quiet();
      assert.deepEqual(client.events, []);
    },
  },
  {
    name: 'a connection without incidents reports nothing more',
    async run(scene) {
      const client = await scene.connected();
      await scene.quiet();
      assert.deepEqual(client.types, ['connected']);
    },
  },
  {
    name: 'each client has a session of its own',
    async run(scene) {
      const clients = await Promise.all([scene.connected(), scene.connected(), scene.witness()]);
      assert.equal(new Set(clients.map(({ sessionId }) => sessionId)).size, 3);
    },
  },
  {
    name: "the session's id is the owner of its ephemeral nodes",
    async run(scene) {
      const [client, witness] = await scene.pair();
      await client.create(scene.path('/mine'), 'x', 'ephemeral');
      await client.create(scene.path('/all'), 'x');
      assert.equal((await witness.stat(scene.path('/mine'))).ephemeralOwner, client.sessionId);
      assert.equal((await witness.stat(scene.path('/all'))).ephemeralOwner, 0n);
    },
  },
  {
    name: 'a client has `replace` if and only if the suite declares it',
    async run(scene) {
      assert.equal(scene.client().port.replace !== undefined, scene.options.replace);
    },
  },
];
