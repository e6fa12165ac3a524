import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawChild } from '../../src/backend/raw-node.js';
import type { NodeChanges, NodeState, NodeUpdate } from '../../src/node/node-changes.js';
import type { NodeSnapshot, SnapshotDetail } from '../../src/node/node-snapshot.js';
import { CallbackSubscriber } from '../../src/watch/callback-subscriber.js';
import type { SnapshotIterator } from '../../src/watch/snapshot-stream.js';
import { WatchStore } from '../../src/watch/watch-store.js';
import { FakeBackend } from '../support/fake-backend.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { bytes, storeWith } from '../support/fake-store.js';
import { rawNode } from '../support/raw-nodes.js';
import '../support/guard.js';
import { FakeClock, turn } from '@ndsr/test-support';

const holdMs = 10_000;

/** Applies changes to what it received first, and compares the result with each snapshot. */
class Follower {
  readonly children = new Map<string, NodeState>();
  self: NodeState = { data: null, stat: null };
  last: NodeSnapshot | undefined;

  receive(snapshot: NodeSnapshot, changes: NodeChanges): void {
    expect(isDeepStrictEqual(snapshot, this.last)).toBe(false);
    const { added, removed, changed } = changes;
    if (this.last === undefined) expect([removed.size, changed.size]).toEqual([0, 0]);
    for (const [name, state] of removed) {
      expect(this.children.get(name)).toEqual(state);
      this.children.delete(name);
    }
    for (const [name, state] of changed) {
      expect(this.children.has(name)).toBe(true);
      expect(this.children.get(name)).not.toEqual(state);
      this.children.set(name, state);
    }
    for (const [name, state] of added) {
      expect(this.children.has(name)).toBe(false);
      this.children.set(name, state);
    }
    if (changes.self !== undefined) {
      expect(changes.self).not.toEqual(this.self);
      this.self = changes.self;
    }
    this.last = snapshot;
    const { data, stat } = snapshot;
    expect(this.self).toEqual({ data, stat });
    expect([...this.children.keys()].sort()).toEqual(Object.keys(snapshot.children).sort());
    for (const [name, state] of this.children) expect(state.data).toEqual(snapshot.children[name]);
  }
}

/** A callback that takes until it is told to end. */
class SlowCallback extends Follower {
  end: () => void = () => undefined;

  readonly callback = (snapshot: NodeSnapshot, changes: NodeChanges): Promise<void> => {
    this.receive(snapshot, changes);
    return new Promise((resolve) => {
      this.end = resolve;
    });
  };
}

/** A loop that continues when it is told to. */
class SlowLoop extends Follower {
  readonly #loop: SnapshotIterator<NodeUpdate>;
  #isWaiting = false;
  #error: unknown;

  constructor(loop: SnapshotIterator<NodeUpdate>) {
    super();
    this.#loop = loop;
  }

  next(): void {
    if (this.#error !== undefined) throw this.#error;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const receive = ({ done, value }: IteratorResult<NodeUpdate, undefined>): void => {
      this.#isWaiting = false;
      if (!done) this.receive(value.snapshot, value.changes);
    };
    this.#loop
      .next()
      .then(receive)
      .catch((error) => {
        this.#error = error;
      });
  }
}

const name = fc.constantFrom('a', 'b', 'c', '10', '9', '__proto__', 'constructor');
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), name, n: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('putAndBack' as const), name, n: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('takeOver' as const), name, n: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('own' as const), n: fc.nat(2) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'empty',
        'remove',
        'suspend',
        'up',
        'replaceSession',
        'rebuild',
        'wait',
        'turn',
        'turn',
        'endCallback',
        'next',
        'next',
        'names',
        'say',
      ),
    }),
  },
);

function startRegistry(guarded: boolean): FakeRegistry {
  const store = storeWith({ '/s': { n: 0 }, '/s/a': { n: 0 }, '/s/b': { n: 0 }, '/s/7': { n: 0 } });
  return new FakeRegistry(guarded ? { guardEmpty: { holdMs } } : {}, store);
}

/** The watched paths of a process that reaches the servers soon. */
async function openWatches(): Promise<WatchStore> {
  const watches = new WatchStore({ clock: new FakeClock(), onFault: rethrow });
  const backend = new FakeBackend(
    storeWith({ '/s': { n: 0 }, '/s/kept': { n: 1 }, '/s/other': { n: 2 }, '/s/new': {} }),
  );
  backend.connect(() => undefined);
  await turn();
  watches.attach(backend);
  return watches;
}

function decode(data: Uint8Array | null): NodeState['data'] {
  return data && JSON.parse(new TextDecoder().decode(data));
}

function decoded({ data, stat }: RawChild): NodeState {
  return { data: decode(data), stat };
}

function rethrow(error: unknown): never {
  throw error;
}

describe('changes', () => {
  it('lead from each snapshot that a callback or a loop received to the next one, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, guarded) => {
        const registry = startRegistry(guarded);
        const { store } = registry;
        let tellsChanges = false;
        registry.prepare = (backend) => {
          backend.tellsChanges = tellsChanges;
        };
        await registry.start();
        const quick = new Follower();
        const names = new Follower();
        const slow = new SlowCallback();
        registry.addCallback('/s', (snapshot, changes) => quick.receive(snapshot, changes));
        registry.addCallback('/s', slow.callback);
        const namesCallback = (snapshot: NodeSnapshot, changes: NodeChanges): void => names.receive(snapshot, changes);
        const loop = new SlowLoop(registry.watch('/s', { changes: true }));
        const empty = (): void => {
          for (const child of store.read('/s', 'names').children.keys()) store.delete(`/s/${child}`);
        };
        for (const one of steps) {
          const { backend } = registry;
          if (one.kind === 'put') store.put(`/s/${one.name}`, bytes({ n: one.n }));
          else if (one.kind === 'putAndBack') {
            const before = store.read(`/s/${one.name}`, 'none');
            store.put(`/s/${one.name}`, bytes({ n: one.n }));
            await turn();
            if (before.stat === null) store.delete(`/s/${one.name}`);
            else store.put(`/s/${one.name}`, before.data);
            await turn();
          } else if (one.kind === 'delete') store.delete(`/s/${one.name}`);
          else if (one.kind === 'takeOver') store.put(`/s/${one.name}`, bytes({ n: one.n }), BigInt(one.n + 1));
          else if (one.kind === 'own') store.put('/s', bytes({ n: one.n }));
          else if (one.kind === 'empty') empty();
          else if (one.kind === 'remove') {
            empty();
            store.delete('/s');
          } else if (one.kind === 'suspend' && backend.connected) backend.suspend();
          else if (one.kind === 'up' && !backend.connected) backend.up();
          else if (one.kind === 'replaceSession' && backend.connected) backend.replaceSession();
          else if (one.kind === 'rebuild') await registry.rebuild();
          else if (one.kind === 'wait') await registry.clock.advance(holdMs / 2);
          else if (one.kind === 'turn') await turn();
          else if (one.kind === 'endCallback') slow.end();
          else if (one.kind === 'next') loop.next();
          else if (one.kind === 'names') registry.addCallback('/s', namesCallback, { children: 'names' });
          else if (one.kind === 'say') {
            tellsChanges = !tellsChanges;
            backend.tellsChanges = tellsChanges;
          }
        }
        if (!registry.backend.connected) registry.backend.up();
        await turn();
        await registry.clock.advance(2 * holdMs);
        for (let i = 0; i < 3; i += 1) {
          slow.end();
          loop.next();
          await turn();
        }
        expect(registry.faults).toEqual([]);
        for (const { last } of [quick, slow, loop]) expect(last).toEqual(registry.peek('/s'));
        // A change of nothing but a child's stat is part of the next call, so one has to come.
        store.put('/s/last', bytes({}));
        for (let i = 0; i < 3; i += 1) {
          await turn();
          slow.end();
          loop.next();
        }
        const { children, data } = store.read('/s', 'data');
        for (const follower of [quick, slow, loop]) {
          expect(follower.children).toEqual(new Map([...children].map(([child, raw]) => [child, decoded(raw)])));
          expect(follower.self.data).toEqual(decode(data));
        }
        await registry.stop();
      }),
      { numRuns: 150 },
    );
  });

  it.each<SnapshotDetail>(['data', 'names'])('(%s) continue from a node of the cache file', async (detail) => {
    const watches = await openWatches();
    const entry = watches.open('/s', detail);
    const follower = new Follower();
    entry.subscribe(
      new CallbackSubscriber((snapshot, changes) => follower.receive(snapshot, changes), detail, rethrow),
    );
    const saved = rawNode({ n: 0 }, { gone: { n: 1 }, kept: { n: 1 }, other: { n: 1 } });
    entry.seed({ ...saved, path: '/s' }, detail, new Date());
    expect([...follower.children.keys()]).toEqual(['gone', 'kept', 'other']);
    await turn();
    expect([...follower.children.keys()].sort()).toEqual(['kept', 'new', 'other']);
  });
});
