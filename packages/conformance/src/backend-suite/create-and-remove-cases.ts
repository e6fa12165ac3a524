import assert from 'node:assert/strict';
import {
  type CreateAndRemoveOptions,
  NodeExistsError,
  type NodeStat,
  NoNodeError,
  NotEmptyError,
} from '@ndsr/core/backend';
import { bytes, text } from '../support/node-bytes.js';
import { rejectsWith } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';
import type { BackendScene } from './backend-scene.js';
import type { ObservedBackend } from './observed-backend.js';

type Call = (path: string, options: Partial<CreateAndRemoveOptions>) => Promise<NodeStat | null>;

/** Duty 13, and the stat that `create` resolves to. */
export const createAndRemoveCases: readonly BackendCase[] = [
  {
    name: 'the stat that a create resolves to, if it is known, is that of the new node',
    async run(scene) {
      const backend = await scene.connected();
      const create = async (path: string, replacing: number | null): Promise<void> => {
        const options = { kind: 'ephemeral', data: bytes('12345'), replacing } as const;
        const stat = await backend.call(`create of ${path}`, (port) => port.create(path, options));
        // A backend for an earlier version of the port resolves to undefined.
        if ((stat ?? null) !== null) assert.deepEqual(stat, await backend.stat(path));
      };
      await create('/stat/node', null);
      await backend.write('/stat/node', bytes('changed'), 0);
      await create('/stat/node', 1);
    },
  },
  optionalCase('creates one node and removes the other, whatever its version', async (call, backend) => {
    await backend.create('/from/old', bytes('old'));
    await backend.write('/from/old', bytes('older'), 0);
    await backend.create('/to', bytes('parent'));
    const stat = await call('/to/new', { data: bytes('new') });
    const made = await backend.read('/to/new');
    assert.equal(text(made.data), 'new');
    assert.equal(made.stat?.ephemeralOwner, backend.connection.session.id);
    if (stat !== null) assert.deepEqual(stat, made.stat);
    assert.equal((await backend.read('/from/old')).stat, null);
    await backend.create('/from/old', bytes('old'));
    await call('/to/persistent', { kind: 'persistent' });
    assert.equal((await backend.stat('/to/persistent')).ephemeralOwner, 0n);
  }),
  optionalCase('rejects with NodeExistsError if the path is taken, and removes nothing', async (call, backend) => {
    await backend.create('/from/old', bytes('old'));
    await backend.create('/to/new', bytes('taken'));
    await rejectsWith(NodeExistsError, call('/to/new', {}));
    assert.equal(text((await backend.read('/to/new')).data), 'taken');
    assert.equal(text((await backend.read('/from/old')).data), 'old');
  }),
  optionalCase(
    'rejects with NoNodeError if the node to remove is missing, and creates nothing',
    async (call, backend) => {
      await backend.create('/from', bytes('parent'));
      await backend.create('/to', bytes('parent'));
      await rejectsWith(NoNodeError, call('/to/new', {}));
      assert.equal((await backend.read('/to')).children.size, 0);
    },
  ),
  optionalCase('rejects with NoNodeError if the parent is missing, and removes nothing', async (call, backend) => {
    await backend.create('/from/old', bytes('old'));
    await rejectsWith(NoNodeError, call('/to/new', {}));
    assert.equal((await backend.read('/to')).stat, null);
    assert.equal(text((await backend.read('/from/old')).data), 'old');
  }),
  optionalCase(
    'rejects with NotEmptyError if the node to remove has children, and creates nothing',
    async (call, backend) => {
      await backend.create('/from/old/child', bytes('child'));
      await backend.create('/to', bytes('parent'));
      await rejectsWith(NotEmptyError, call('/to/new', {}));
      assert.equal((await backend.read('/to')).children.size, 0);
      assert.equal((await backend.stat('/from/old')).numChildren, 1);
    },
  ),
  optionalCase('never shows one change without the other', async (call, backend, scene) => {
    const witness = await scene.connected();
    await backend.create('/both/n0', bytes('first'));
    const list = await witness.watching('/both', 'names');
    const reads: Promise<number>[] = [];
    for (let round = 1; round <= 20; round += 1) {
      const called = call(`/both/n${round}`, { removing: `/both/n${round - 1}` });
      for (let i = 0; i < 5; i += 1) reads.push(witness.read('/both', 'names').then(({ children }) => children.size));
      await called;
    }
    assert.deepEqual(new Set(await Promise.all(reads)), new Set([1]), 'children that were read at once');
    await list.until('the last node', ({ children }) => children.has('n20'));
    assert.ok(
      list.deliveries.every(({ node }) => node.children.size === 1),
      'a watch delivered both nodes, or neither',
    );
  }),
];

/** A case that a backend without `createAndRemove` passes. */
function optionalCase(
  name: string,
  run: (call: Call, backend: ObservedBackend, scene: BackendScene) => Promise<void>,
): BackendCase {
  return {
    name: `createAndRemove, if there is one, ${name}`,
    async run(scene) {
      const backend = await scene.connected();
      if (backend.port.createAndRemove === undefined) return;
      const call: Call = (path, options) =>
        backend.call(`create of ${path}`, async (port) => {
          assert.ok(port.createAndRemove !== undefined, 'it has been there before');
          const defaults = { kind: 'ephemeral', data: bytes('new'), removing: '/from/old' } as const;
          return await port.createAndRemove(path, { ...defaults, ...options });
        });
      await run(call, backend, scene);
    },
  };
}
