import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeData } from '../../src/codec/encode.js';
import { type Action, decide } from '../../src/registration/decide.js';
import { type OwnSessions, type Seen, seenFrom } from '../../src/registration/seen.js';
import type { Wish } from '../../src/registration/wish.js';
import { bytes, FakeStore } from '../support/fake-store.js';

const writer = { pid: 1, date: new Date(0) };
const anyWish: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({
    state: fc.constant('present' as const),
    kind: fc.constantFrom('ephemeral' as const, 'persistent' as const),
    data: fc.nat(2).map((x) => encodeData('/a', { x }, writer, 1_000_000)),
    explicit: fc.boolean(),
  }),
  fc.record({ state: fc.constant('absent' as const), reach: fc.constantFrom('own' as const, 'unowned' as const) }),
  fc.constant<Wish>({ state: 'absent', reach: 'any' }),
);

const us = 10n;
const past = 11n;
const stranger = 12n;

/** What strangers do, and what happens to us. */
type Happening = 'delete' | 'edit' | 'take' | 'persist' | 'child' | 'childless' | 'ghost';
const happenings = fc.array(
  fc.constantFrom<Happening[]>('delete', 'edit', 'take', 'persist', 'child', 'childless', 'ghost'),
  { maxLength: 6 },
);

function happen(store: FakeStore, what: Happening): void {
  switch (what) {
    case 'delete':
      if (store.read('/a', 'names').children.size === 0) store.delete('/a');
      break;
    case 'edit':
      if (store.has('/a')) store.put('/a', bytes({ edited: true }), store.owner('/a'));
      break;
    case 'take':
      if (store.read('/a', 'names').children.size === 0) store.put('/a', bytes({ rival: true }), stranger);
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
    case 'ghost':
      if (store.read('/a', 'names').children.size === 0) store.put('/a', bytes({ ghost: true }), past);
  }
}

const sessions: OwnSessions = { current: us, past: new Set([past]) };

function look(store: FakeStore): Seen {
  return seenFrom(store.read('/a', 'none'), sessions);
}

function perform(store: FakeStore, action: Action): void {
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

/** Looks, decides and performs until there is nothing left to do, as a runner does. The actions, the last one last. */
function pursue(store: FakeStore, wish: Wish, held: boolean, meanwhile: Happening[]): Action[] {
  const actions: Action[] = [];
  let seen: Seen = { at: 'unknown' };
  for (let round = 0; round < 30; round += 1) {
    const action = decide(wish, seen, held);
    actions.push(action);
    if (action.do === 'nothing' || action.do === 'wait' || action.do === 'refuse') return actions;
    const next = meanwhile.shift();
    if (next !== undefined) happen(store, next);
    try {
      perform(store, action);
    } catch {
      // Somebody was there in between; the next look tells.
    }
    seen = look(store);
  }
  throw new Error('it goes on for ever');
}

describe('decide', () => {
  it('is pure: the same answer for the same question, and nothing is changed', () => {
    fc.assert(
      fc.property(anyWish, happenings, fc.boolean(), (wish, before, held) => {
        const store = new FakeStore();
        for (const one of before) happen(store, one);
        const seen = look(store);
        const copy = structuredClone(seen);
        expect(isDeepStrictEqual(decide(wish, seen, held), decide(wish, seen, held))).toBe(true);
        expect(seen).toEqual(copy);
      }),
    );
  });

  it('comes to the wish, a wait or a refusal, whatever strangers do meanwhile, and then rests', () => {
    fc.assert(
      fc.property(anyWish, happenings, happenings, fc.boolean(), (wish, before, meanwhile, held) => {
        const store = new FakeStore();
        for (const one of before) happen(store, one);
        const last = pursue(store, wish, held, [...meanwhile]).at(-1);
        const seen = look(store);
        expect(decide(wish, seen, held)).toEqual(last);
        if (last?.do !== 'nothing') return;
        if (wish.state === 'present' && wish.kind === 'ephemeral') expect(store.owner('/a')).toBe(us);
        if (wish.state === 'present' && wish.kind === 'persistent') expect(store.owner('/a')).toBe(0n);
        if (wish.state === 'absent' && wish.reach === 'own') expect([us, past]).not.toContain(store.owner('/a'));
        if (wish.state === 'absent' && wish.reach !== 'own') expect(store.has('/a')).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never removes a foreign registration without force, and never one that took ours', () => {
    fc.assert(
      fc.property(anyWish, happenings, fc.boolean(), (wish, before, held) => {
        const store = new FakeStore();
        for (const one of before) happen(store, one);
        if (store.owner('/a') !== stranger) return;
        const action = decide(wish, look(store), held);
        if (action.do === 'remove') expect(wish).toEqual({ state: 'absent', reach: 'any' });
        if (action.do === 'replace') expect({ kind: action.kind, held }).toEqual({ kind: 'ephemeral', held: false });
        expect(action.do).not.toBe('write');
      }),
      { numRuns: 500 },
    );
  });

  it('never removes or replaces a node that has children', () => {
    fc.assert(
      fc.property(anyWish, happenings, fc.boolean(), (wish, before, held) => {
        const store = new FakeStore();
        for (const one of before) happen(store, one);
        const seen = look(store);
        if (seen.at !== 'present' || seen.numChildren === 0) return;
        expect(['remove', 'replace']).not.toContain(decide(wish, seen, held).do);
      }),
      { numRuns: 500 },
    );
  });
});
