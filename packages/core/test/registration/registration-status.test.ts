import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventHub } from '../../src/events/event-hub.js';
import type { ObservedNode } from '../../src/registration/observed-node.js';
import { observedAfterCreate, observedFrom } from '../../src/registration/observed-node.js';
import { correctionPauseMs, RegistrationStatus } from '../../src/registration/registration-status.js';
import { bytes } from '../support/fake-store.js';
import { rawNode } from '../support/raw-nodes.js';
import { RecordingLogger } from '../support/recording-logger.js';

const ours = observedAfterCreate('ephemeral', bytes('x'), 1n);
const absent: ObservedNode = { state: 'absent' };
let events: string[];
let logger: RecordingLogger;
let status: RegistrationStatus;

beforeEach(() => {
  events = [];
  logger = new RecordingLogger();
  const hub = new EventHub(() => undefined);
  hub.on('registered', ({ path }) => events.push(`registered ${path}`));
  hub.on('unregistered', ({ path, reason }) => events.push(`unregistered ${path} ${reason}`));
  hub.on('conflict', ({ path, owner }) => events.push(`conflict ${path} ${owner}`));
  status = new RegistrationStatus('/a', { events: hub, logger });
});

describe('RegistrationStatus', () => {
  it('reports each change once', () => {
    for (const observed of [absent, ours, ours, { state: 'unknown' } as const, absent, absent, ours]) {
      status.update(observed, 'removed');
    }
    expect(events).toEqual(['registered /a', 'unregistered /a removed', 'registered /a']);
    expect(status.registered).toBe(true);
  });

  it('reports each competing owner once, and again after we were registered in between', () => {
    status.update(ours, 'taken');
    for (const owner of [7n, 7n, 8n, 8n]) status.yieldTo(owner);
    status.update(ours, 'taken');
    status.yieldTo(8n);
    expect(events).toEqual([
      'registered /a',
      'unregistered /a taken',
      'conflict /a 0000000000000007',
      'conflict /a 0000000000000008',
      'registered /a',
      'unregistered /a taken',
      'conflict /a 0000000000000008',
    ]);
    expect(logger.lines[0]).toBe(
      'warn /a was registered by another session (0000000000000007); waiting until that is gone',
    );
  });

  it('allows the first correction immediately, then pauses longer each time, and starts again after a minute without interference', () => {
    const pauses: number[] = [];
    let now = 0;
    for (let i = 0; i < 5; i += 1) {
      status.recordInterference(now);
      pauses.push(status.pauseMs(now));
      now += 1_000;
    }
    expect(pauses).toEqual([0, 100, 200, 400, 800]);
    expect(status.pauseMs(now)).toBe(0);
    status.recordInterference(now + 59_000);
    expect(status.pauseMs(now + 59_000)).toBe(1_600);
    status.recordInterference(now + 59_000 + 60_001);
    expect(status.pauseMs(now + 59_000 + 60_001)).toBe(0);
  });
});

describe('observedFrom', () => {
  it.each([
    [0n, null],
    [1n, 'us'],
    [2n, 'us-earlier'],
    [3n, 'other'],
  ])('a node of session %d belongs to %s', (ephemeralOwner, owner) => {
    const node = rawNode({ a: 1 }, {}, { ephemeralOwner, version: 4, numChildren: 2 });
    const expected = { state: 'present', owner, ownerId: ephemeralOwner, data: node.data, version: 4, numChildren: 2 };
    expect(observedFrom(node, { current: 1n, past: new Set([2n]) })).toEqual(expected);
  });

  it('a node without a stat is absent, and no node is ours without a session', () => {
    expect(observedFrom({ ...rawNode(null), stat: null }, { current: 1n, past: new Set() })).toEqual(absent);
    const node = rawNode(null, {}, { ephemeralOwner: 1n });
    expect(observedFrom(node, { current: undefined, past: new Set() })).toMatchObject({ owner: 'other' });
  });

  it('observedAfterCreate returns the created node', () => {
    expect(observedAfterCreate('persistent', bytes('x'), 1n)).toMatchObject({ owner: null, ownerId: 0n, version: 0 });
    expect(ours).toMatchObject({ owner: 'us', ownerId: 1n, numChildren: 0 });
  });
});

describe('correctionPauseMs', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 100],
    [3, 200],
    [4, 400],
    [10, 25_600],
    [11, 30_000],
    [5_000, 30_000],
  ])('before correction %d: %d ms', (count, pauseMs) => {
    expect(correctionPauseMs(count)).toBe(pauseMs);
  });

  it('never shrinks, and is never longer than 30 s', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (count) => {
        const pauseMs = correctionPauseMs(count);
        expect(pauseMs).toBeGreaterThanOrEqual(0);
        expect(pauseMs).toBeLessThanOrEqual(30_000);
        expect(correctionPauseMs(count + 1)).toBeGreaterThanOrEqual(pauseMs);
      }),
    );
  });
});
