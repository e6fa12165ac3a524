import assert from 'node:assert/strict';
import type { RawNode, RegistryBackend } from '@ndsr/core/backend';
import { bytes, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';
import type { ObservedBackend } from './observed-backend.js';
import type { WatchRecorder } from './watch-recorder.js';

interface OwnWrite {
  /** True if the node exists before. */
  readonly made: boolean;
  run(port: RegistryBackend): Promise<unknown>;
  /** The data that the node's own watch shows afterwards; null for absent. */
  readonly shows: string | null;
}

const path = '/list/node';

const writes: Readonly<Record<string, OwnWrite>> = {
  create: {
    made: false,
    run: (port) => port.create(path, { kind: 'ephemeral', data: bytes('made'), replacing: null }),
    shows: 'made',
  },
  write: { made: true, run: (port) => port.write(path, bytes('written'), 0), shows: 'written' },
  remove: { made: true, run: (port) => port.remove(path, 0), shows: null },
  'create of a replacement': {
    made: true,
    run: (port) => port.create(path, { kind: 'ephemeral', data: bytes('replaced'), replacing: 0 }),
    shows: 'replaced',
  },
};

/** Duty 8: a write resolves only after the watches of the same backend have delivered its result. */
export const ownWriteCases: readonly BackendCase[] = [
  ...Object.entries(writes).flatMap(([operation, write]) => [
    ownPathCase(operation, write),
    parentCase(operation, write),
  ]),
  {
    name: 'a write that creates parents resolves after the watches of those parents have delivered them',
    async run(scene) {
      const backend = await scene.connected();
      const [top, middle] = [await backend.watching('/x'), await backend.watching('/x/y')];
      const seen = await settled(
        backend,
        (port) => port.create('/x/y/z', { kind: 'persistent', data: bytes('z'), replacing: null }),
        [top, middle],
      );
      assert.ok(seen[0]?.children.has('y'), 'the list of /x');
      assert.equal(text(seen[1]?.children.get('z')?.data), 'z', 'the list of /x/y');
    },
  },
  {
    name: 'a write resolves after a watch started just before has delivered the result',
    async run(scene) {
      const backend = await scene.connected();
      const [own, list] = [backend.watch(path), backend.watch('/list')];
      const seen = await settled(
        backend,
        (port) => port.create(path, { kind: 'ephemeral', data: bytes('made'), replacing: null }),
        [own, list],
      );
      assert.equal(text(seen[0]?.data), 'made', 'the node');
      assert.equal(text(seen[1]?.children.get('node')?.data), 'made', 'the list');
    },
  },
  {
    name: 'createAndRemove, if there is one, resolves after the watches of both nodes and of both parents have delivered it',
    async run(scene) {
      const backend = await scene.connected();
      const { createAndRemove } = backend.port;
      if (createAndRemove === undefined) return;
      await backend.create('/from/old', bytes('old'));
      await backend.create('/to', bytes('list'));
      const paths = ['/to/new', '/to', '/from/old', '/from'];
      const watches = await Promise.all(paths.map((path) => backend.watching(path)));
      const options = { kind: 'ephemeral', data: bytes('made'), removing: '/from/old' } as const;
      const seen = await settled(backend, (port) => createAndRemove.call(port, '/to/new', options), watches);
      const [made, to, old, from] = seen;
      assert.equal(text(made?.data ?? null), 'made', 'the new node');
      assert.equal(text(to?.children.get('new')?.data ?? null), 'made', 'the list of its parent');
      assert.equal(old?.stat, null, 'the removed node');
      assert.equal(from?.children.size, 0, 'the list of its parent');
    },
  },
  {
    name: 'concurrent writes each resolve after their own delivery',
    async run(scene) {
      const backend = await scene.connected();
      const list = await backend.watching('/list');
      const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
      const seen = await Promise.all(
        names.map(async (name) => {
          const own = backend.watch(`/list/${name}`);
          const options = { kind: 'ephemeral', data: bytes(name), replacing: null } as const;
          const [node, parent] = await settled(backend, (port) => port.create(`/list/${name}`, options), [own, list]);
          return text(node?.data) === name && text(parent?.children.get(name)?.data) === name;
        }),
      );
      assert.deepEqual(
        names.filter((_, i) => !seen[i]),
        [],
        'writes that resolved too early',
      );
    },
  },
];

function ownPathCase(operation: string, write: OwnWrite): BackendCase {
  return {
    name: `${operation} resolves after every watch of its own path has delivered the result`,
    async run(scene) {
      const backend = await prepared(await scene.connected(), write);
      const watches = [await backend.watching(path, 'data'), await backend.watching(path, 'none')];
      const seen = await settled(backend, write.run, watches);
      for (const node of seen) assert.equal(text(node?.data ?? null), write.shows);
    },
  };
}

function parentCase(operation: string, write: OwnWrite): BackendCase {
  return {
    name: `${operation} resolves after every watch of its parent has delivered the result`,
    async run(scene) {
      const backend = await prepared(await scene.connected(), write);
      const watches = [await backend.watching('/list', 'data'), await backend.watching('/list', 'names')];
      const [data, names] = await settled(backend, write.run, watches);
      assert.equal(text(data?.children.get('node')?.data ?? null), write.shows);
      assert.equal(names?.children.has('node'), write.shows !== null);
      assert.deepEqual(names?.stat, data?.stat);
    },
  };
}

async function prepared(backend: ObservedBackend, { made }: OwnWrite): Promise<ObservedBackend> {
  if (made) await backend.create(path, bytes('before'));
  else await backend.create('/list', bytes('list'));
  return backend;
}

/** Returns the nodes that the watches have delivered by the moment when the call resolves. */
async function settled(
  backend: ObservedBackend,
  run: (port: RegistryBackend) => Promise<unknown>,
  watches: readonly WatchRecorder[],
): Promise<(RawNode | undefined)[]> {
  return await backend.call('the write', (port) => run(port).then(() => watches.map(({ last }) => last)));
}
