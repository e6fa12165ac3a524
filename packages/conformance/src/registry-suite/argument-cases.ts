import assert from 'node:assert/strict';
import {
  DataTooLargeError,
  InvalidArgumentError,
  InvalidPathError,
  type ServiceRegistry,
  ServiceRegistryError,
} from '@ndsr/core';
import { rejectsWith } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

const badPaths: readonly unknown[] = [
  '',
  'relative',
  '/trailing/',
  '/dou//ble',
  '/./dot',
  '/a/../b',
  '/nul\0',
  '/line\nbreak',
  '/\ud800',
  undefined,
  42,
  ['/list'],
];

/** Each call with a path, made with one of a type that TypeScript would refuse. */
const pathCalls: Readonly<Record<string, (registry: ServiceRegistry, path: string) => unknown>> = {
  setNode: (registry, path) => registry.setNode(path),
  setData: (registry, path) => registry.setData(path),
  set: (registry, path) => registry.set(path, {}),
  unset: (registry, path) => registry.unset(path),
  get: (registry, path) => registry.get(path),
  peek: (registry, path) => registry.peek(path),
  freshness: (registry, path) => registry.freshness(path),
  addCallback: (registry, path) => registry.addCallback(path, () => undefined),
  removeCallback: (registry, path) => registry.removeCallback(path, () => undefined),
  watch: (registry, path) => registry.watch(path),
  unwatch: (registry, path) => registry.unwatch(path),
};

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

const badData: Readonly<Record<string, unknown>> = {
  'a number': 1,
  zero: 0,
  true: true,
  false: false,
  'a list': ['a'],
  'a Map': new Map([['a', 1]]),
  'a Date': new Date(0),
  bytes: new Uint8Array(2),
  'a function': () => undefined,
  'NaN inside': { x: Number.NaN },
  'Infinity inside': { list: [Number.POSITIVE_INFINITY] },
  'a bigint inside': { x: 1n },
  'a function inside': { x: () => undefined },
  'undefined in a list': { list: [undefined] },
  'a Date inside': { at: new Date(0) },
  'a cycle': cycle,
};

const badOptions: Readonly<Record<string, (registry: ServiceRegistry) => unknown>> = {
  'get with a misspelt option': (registry) => registry.get('/o', { waitMS: 5 } as object),
  'get with a negative wait': (registry) => registry.get('/o', { waitMs: -1 }),
  'get with an unknown detail': (registry) => registry.get('/o', { children: 'all' } as object),
  'get with a callback that is none': (registry) => registry.get('/o', { callback: 'no' } as object),
  'get with a fractional count': (registry) => registry.get('/o', { waitMs: 5, minChildren: 1.5 }),
  'get with a count and no wait': (registry) => registry.get('/o', { minChildren: 1 }),
  'get with an end of a wait and no wait': (registry) => registry.get('/o', { onTimeout: 'resolve' }),
  'get with an unknown end of a wait': (registry) => registry.get('/o', { waitMs: 5, onTimeout: 'throw' } as object),
  'on with an unknown event': (registry) => registry.on('conected' as 'phase', () => undefined),
  'on with an event that every object has': (registry) => registry.on('toString' as 'phase', () => undefined),
  'setNode with an unknown option': (registry) => registry.setNode('/o', {}, { ephemeral: true } as object),
  'set with an unknown kind': (registry) => registry.set('/o', { kind: 'eternal' } as object),
  'set with a state that is no boolean': (registry) => registry.set('/o', { state: 'off' } as object),
  'unset with an unknown option': (registry) => registry.unset('/o', { forced: true } as object),
  'watch with changes that is no boolean': (registry) => registry.watch('/o', { changes: 'yes' } as object),
  'watch with an unknown option': (registry) => registry.watch('/o', { sginal: undefined } as object),
  'addCallback without a callback': (registry) => registry.addCallback('/o', undefined as never),
};

/** Wrong arguments: typed errors, and nothing is sent. */
export const argumentCases: readonly RegistryCase[] = [
  ...Object.entries(pathCalls).map(
    ([name, call]): RegistryCase => ({
      name: `${name} of a path that is none is refused with InvalidPathError before anything is sent`,
      async run(scene) {
        const registry = scene.registry();
        for (const path of badPaths) {
          const error = await rejectsWith(
            InvalidPathError,
            asCall(() => call(registry, path as string)),
          );
          assert.ok(error instanceof TypeError, 'a TypeError too');
        }
        assert.equal(registry.phase, 'idle');
      },
    }),
  ),
  ...Object.entries(badData).map(
    ([what, data]): RegistryCase => ({
      name: `${what} for data is refused with InvalidArgumentError before anything is sent`,
      async run(scene) {
        const registry = scene.registry();
        const calls = [
          () => registry.setNode('/bad', data as object as Record<string, never>),
          () => registry.setData('/bad', data as object as Record<string, never>),
          () => registry.set('/bad', { data } as object),
        ];
        for (const call of calls) {
          const error = await rejectsWith(InvalidArgumentError, asCall(call));
          assert.ok(error instanceof TypeError, 'a TypeError too');
        }
        assert.equal(registry.phase, 'idle');
      },
    }),
  ),
  ...Object.entries(badOptions).map(
    ([what, call]): RegistryCase => ({
      name: `${what} is refused with InvalidArgumentError before anything is sent`,
      async run(scene) {
        const registry = scene.registry();
        await rejectsWith(
          InvalidArgumentError,
          asCall(() => call(registry)),
        );
        assert.equal(registry.phase, 'idle');
      },
    }),
  ),
  {
    name: 'data over the limit is refused with DataTooLargeError before anything is sent',
    async run(scene) {
      const registry = scene.registry();
      const data = { blob: 'x'.repeat(1_100_000) };
      await rejectsWith(DataTooLargeError, registry.setNode('/large', data), '/large');
      await rejectsWith(DataTooLargeError, registry.setData('/large', data), '/large');
      assert.equal(registry.phase, 'idle');
    },
  },
  {
    name: 'the root can be neither registered nor removed',
    async run(scene) {
      const registry = scene.registry();
      await rejectsWith(InvalidPathError, registry.setNode('/'));
      await rejectsWith(InvalidPathError, registry.unset('/'));
      assert.equal(registry.phase, 'idle');
    },
  },
  {
    name: 'an unknown option of the constructor is refused, naming the nearest one',
    async run(scene) {
      assert.throws(
        () => scene.registry({ readonly: true } as object),
        (error: Error) => {
          assert.ok(error instanceof InvalidArgumentError && error instanceof ServiceRegistryError);
          assert.match(error.message, /readOnly/);
          return true;
        },
      );
    },
  },
  {
    name: 'data that is changed after the call is written as it was passed',
    async run(scene) {
      const registry = await scene.started();
      const data = { list: [1] };
      const call = registry.setNode('/given', data);
      data.list.push(2);
      await call;
      assert.deepEqual((await registry.get('/given')).data?.list, [1]);
      await stillAsGiven(scene);
    },
  },
];

async function stillAsGiven(scene: RegistryScene): Promise<void> {
  assert.deepEqual((await scene.seenByOthers('/given')).data?.list, [1]);
}

/** Turns a call that may throw into one that rejects. */
async function asCall(call: () => unknown): Promise<void> {
  await call();
}
