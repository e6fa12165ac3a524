import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeData } from '../../src/codec/encode.js';
import type { DesiredState } from '../../src/registration/desired-state.js';
import { type Action, nextAction } from '../../src/registration/next-action.js';
import { type ObservedNode, type OwnSessions, observedFrom } from '../../src/registration/observed-node.js';
import { bytes, FakeStore } from '../support/fake-store.js';

const writer = { pid: 1, date: new Date(0) };
const anyDesired: fc.Arbitrary<DesiredState> = fc.oneof(
  fc.record({
    state: fc.constant('present' as const),
    kind: fc.constantFrom('ephemeral' as const, 'persistent' as const),
    data: fc.nat(2).map((x) => encodeData('/a', { x }, writer, 1_000_000)),
    explicit: fc.boolean(),
  }),
  fc.record({ state: fc.constant('absent' as const), scope: fc.constantFrom('own' as const, 'unowned' as const) }),
  fc.constant<DesiredState>({ state: 'absent', scope: 'any' }),
);

const us = 10n;
const past = 11n;
const other = 12n;

/** A change by another client, or a stale node of our earlier session (`stale`). */
type Change = 'delete' | 'edit' | 'take' | 'persist' | 'child' | 'childless' | 'stale';
const changes = fc.array(
  fc.constantFrom<Change[]>('delete', 'edit', 'take', 'persist', 'child', 'childless', 'stale'),
  { maxLength: 6 },
);

function applyChange(store: FakeStore, change: Change): void {
  switch (change) {
    case 'delete':
      if (store.read('/a', 'names').children.size === 0) store.delete('/a');
      break;
    case 'edit':
      if (store.has('/a')) store.put('/a', bytes({ edited: true }), store.owner('/a'));
      break;
    case 'take':
      if (store.read('/a', 'names').children.size === 0) store.put('/a', bytes({ competing: true }), other);
      break;
    case 'persist':
      store.put('/a', bytes({ x: 0 }));
      break;
    case 'child':
      if ((store.owner('/a') ?? 0n) === 0n) store.put('/a/child', null);
      break;
    case 'childless':
      store.delete('/a/child');
      break;
    case 'stale':
      if (store.read('/a', 'names').children.size === 0) store.put('/a', bytes({ stale: true }), past);
  }
}

const sessions: OwnSessions = { current: us, past: new Set([past]) };

function read(store: FakeStore): ObservedNode {
  return observedFrom(store.read('/a', 'none'), sessions);
}

function apply(store: FakeStore, action: Action): void {
  switch (action.do) {
    case 'create':
    case 'replace': {
      const owner = action.kind === 'ephemeral' ? us : 0n;
      store.create('/a', action.data, owner, action.do === 'replace' ? action.version : null);
      break;
    }
    case 'write':
      store.write('/a', action.data, action.version);
      break;
    case 'remove':
      store.remove('/a', action.version);
  }
}

/** Reads, chooses and applies until there is nothing left to do, as the reconciler does. Returns the actions in order. */
function reconcile(store: FakeStore, desired: DesiredState, established: boolean, meanwhile: Change[]): Action[] {
  const actions: Action[] = [];
  let observed: ObservedNode = { state: 'unknown' };
  for (let round = 0; round < 30; round += 1) {
    const action = nextAction(desired, observed, established);
    actions.push(action);
    if (action.do === 'nothing' || action.do === 'wait' || action.do === 'refuse') return actions;
    const next = meanwhile.shift();
    if (next !== undefined) applyChange(store, next);
    try {
      apply(store, action);
    } catch {
      // Another client changed the node in between; the next read shows it.
    }
    observed = read(store);
  }
  throw new Error('it never ends');
}

describe('nextAction', () => {
  it('is pure: returns the same action for the same arguments, and changes nothing', () => {
    fc.assert(
      fc.property(anyDesired, changes, fc.boolean(), (desired, before, established) => {
        const store = new FakeStore();
        for (const change of before) applyChange(store, change);
        const observed = read(store);
        const copy = structuredClone(observed);
        expect(
          isDeepStrictEqual(nextAction(desired, observed, established), nextAction(desired, observed, established)),
        ).toBe(true);
        expect(observed).toEqual(copy);
      }),
    );
  });

  it('reaches the desired state, a wait or a refusal, no matter what other clients do meanwhile, and stays there', () => {
    fc.assert(
      fc.property(anyDesired, changes, changes, fc.boolean(), (desired, before, meanwhile, established) => {
        const store = new FakeStore();
        for (const change of before) applyChange(store, change);
        const last = reconcile(store, desired, established, [...meanwhile]).at(-1);
        const observed = read(store);
        expect(nextAction(desired, observed, established)).toEqual(last);
        if (last?.do !== 'nothing') return;
        if (desired.state === 'present' && desired.kind === 'ephemeral') expect(store.owner('/a')).toBe(us);
        if (desired.state === 'present' && desired.kind === 'persistent') expect(store.owner('/a')).toBe(0n);
        if (desired.state === 'absent' && desired.scope === 'own') expect([us, past]).not.toContain(store.owner('/a'));
        if (desired.state === 'absent' && desired.scope !== 'own') expect(store.has('/a')).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never removes another client’s registration without force, and never replaces one that took ours', () => {
    fc.assert(
      fc.property(anyDesired, changes, fc.boolean(), (desired, before, established) => {
        const store = new FakeStore();
        for (const change of before) applyChange(store, change);
        if (store.owner('/a') !== other) return;
        const action = nextAction(desired, read(store), established);
        if (action.do === 'remove') expect(desired).toEqual({ state: 'absent', scope: 'any' });
        if (action.do === 'replace')
          expect({ kind: action.kind, established }).toEqual({ kind: 'ephemeral', established: false });
        expect(action.do).not.toBe('write');
      }),
      { numRuns: 500 },
    );
  });

  it('never removes or replaces a node that has children', () => {
    fc.assert(
      fc.property(anyDesired, changes, fc.boolean(), (desired, before, established) => {
        const store = new FakeStore();
        for (const change of before) applyChange(store, change);
        const observed = read(store);
        if (observed.state !== 'present' || observed.numChildren === 0) return;
        expect(['remove', 'replace']).not.toContain(nextAction(desired, observed, established).do);
      }),
      { numRuns: 500 },
    );
  });
});
