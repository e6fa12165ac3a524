import assert from 'node:assert/strict';
import { NoConnectionError } from '@ndsr/core/backend';
import type { CaseNeed } from '../support/conformance-case.js';
import { bytes, childTexts } from '../support/node-bytes.js';
import { rejectsWith } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';
import type { BackendScene } from './backend-scene.js';
import type { ObservedBackend } from './observed-backend.js';

const persistent = { kind: 'persistent', replacing: null } as const;

/** Rejects if it is not answered in time. */
type Operation = (backend: ObservedBackend, timeoutMs?: number) => Promise<unknown>;

/** Every operation that has an answer, on a tree of `/phase/node`. */
const operations: Readonly<Record<string, Operation>> = {
  read: (b, ms) => b.call('read', (port) => port.read('/phase/node', { children: 'data' }), ms),
  create: (b, ms) => b.call('create', (port) => port.create('/phase/new', { ...persistent, data: bytes('n') }), ms),
  'create of a replacement': (b, ms) =>
    b.call('create', (port) => port.create('/phase/node', { ...persistent, data: bytes('n'), replacing: 0 }), ms),
  createSequential: (b, ms) =>
    b.call('createSequential', (port) => port.createSequential('/phase/new-', bytes('n')), ms),
  write: (b, ms) => b.call('write', (port) => port.write('/phase/node', bytes('changed'), 0), ms),
  remove: (b, ms) => b.call('remove', (port) => port.remove('/phase/node', 0), ms),
};

/** A rejection "at once" does not wait for a server: shorter than any request may take, long for a busy machine. */
const atOnceMs = 3_000;

interface Phase {
  readonly needs?: CaseNeed;
  /** Brings a backend into the phase. */
  enter(scene: BackendScene): Promise<ObservedBackend>;
}

const disconnected: Readonly<Record<string, Phase>> = {
  'before connect': { enter: async (scene) => scene.backend() },
  'after close': {
    async enter(scene) {
      const backend = await scene.connected();
      await backend.close();
      return backend;
    },
  },
  'after close without connect': {
    async enter(scene) {
      const backend = scene.backend();
      await backend.close();
      return backend;
    },
  },
  'before the first connection': {
    needs: 'faults',
    async enter(scene) {
      await scene.faults.goDown();
      const backend = scene.backend();
      backend.connect();
      return backend;
    },
  },
  'during an outage': {
    needs: 'faults',
    async enter(scene) {
      const backend = await scene.connected();
      await scene.goDown(backend);
      return backend;
    },
  },
};

/** Duty 4: each operation in each phase of the connection. */
export const phaseCases: readonly BackendCase[] = [
  ...Object.keys(operations).map((operation) => connectedCase(operation)),
  ...Object.entries(disconnected).flatMap(([phase, how]) =>
    Object.keys(operations).map((operation) => disconnectedCase(operation, phase, how)),
  ),
];

function connectedCase(operation: string): BackendCase {
  return {
    name: `${operation} while connected is carried out`,
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/phase/node', bytes('first'));
      await operations[operation]?.(backend);
    },
  };
}

function disconnectedCase(operation: string, phase: string, { needs, enter }: Phase): BackendCase {
  return {
    name: `${operation} ${phase} rejects at once with NoConnectionError and is not carried out later`,
    ...(needs === undefined ? {} : { needs }),
    async run(scene) {
      const witness = await scene.connected();
      await witness.create('/phase/node', bytes('first'));
      const backend = await enter(scene);
      await rejectsWith(NoConnectionError, operations[operation]?.(backend, atOnceMs) ?? Promise.resolve());
      await leave(scene, backend, phase);
      if (needs !== undefined) await scene.comeBack(witness);
      await scene.quiet();
      await assertUntouched(witness);
    },
  };
}

/** Lets the backend connect if it still can, so that a queued operation would show. */
async function leave(scene: BackendScene, backend: ObservedBackend, phase: string): Promise<void> {
  if (phase.startsWith('after close')) return;
  if (phase === 'before connect') backend.connect();
  else await scene.faults.comeBack();
  await backend.connected();
}

async function assertUntouched(witness: ObservedBackend): Promise<void> {
  assert.deepEqual(childTexts(await witness.read('/phase')), new Map([['node', 'first']]));
  const { version, cversion } = await witness.stat('/phase/node');
  assert.deepEqual({ version, cversion }, { version: 0, cversion: 0 });
}
