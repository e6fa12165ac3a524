import { beforeEach, describe, expect, it } from 'vitest';
import { EventHub } from '../../src/events/event-hub.js';
import type { Seen } from '../../src/registration/seen.js';
import { seenAfterCreate, seenFrom } from '../../src/registration/seen.js';
import { Standing } from '../../src/registration/standing.js';
import { bytes } from '../support/fake-store.js';
import { rawNode } from '../support/raw-nodes.js';
import { RecordingLogger } from '../support/recording-logger.js';

const ours = seenAfterCreate('ephemeral', bytes('x'), 1n);
const absent: Seen = { at: 'absent' };
let told: string[];
let logger: RecordingLogger;
let standing: Standing;

beforeEach(() => {
  told = [];
  logger = new RecordingLogger();
  const events = new EventHub(() => undefined);
  events.on('registered', ({ path }) => told.push(`registered ${path}`));
  events.on('unregistered', ({ path, reason }) => told.push(`unregistered ${path} ${reason}`));
  events.on('conflict', ({ path, owner }) => told.push(`conflict ${path} ${owner}`));
  standing = new Standing('/a', { events, logger });
});

describe('Standing', () => {
  it('tells of each change once', () => {
    for (const seen of [absent, ours, ours, { at: 'unknown' } as const, absent, absent, ours]) {
      standing.update(seen, 'removed');
    }
    expect(told).toEqual(['registered /a', 'unregistered /a removed', 'registered /a']);
    expect(standing.registered).toBe(true);
  });

  it('tells of each rival once, and again after we have been back', () => {
    standing.update(ours, 'taken');
    for (const rival of [7n, 7n, 8n, 8n]) standing.yieldTo(rival);
    standing.update(ours, 'taken');
    standing.yieldTo(8n);
    expect(told).toEqual([
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

  it('lets the first correction happen at once, then waits longer and longer, and forgets after a quiet minute', () => {
    const pauses: number[] = [];
    let now = 0;
    for (let i = 0; i < 5; i += 1) {
      standing.disturb(now);
      pauses.push(standing.pauseMs(now));
      now += 1_000;
    }
    expect(pauses).toEqual([0, 100, 200, 400, 800]);
    expect(standing.pauseMs(now)).toBe(0);
    standing.disturb(now + 59_000);
    expect(standing.pauseMs(now + 59_000)).toBe(1_600);
    standing.disturb(now + 59_000 + 60_001);
    expect(standing.pauseMs(now + 59_000 + 60_001)).toBe(0);
  });
});

describe('seenFrom', () => {
  it.each([
    [0n, null],
    [1n, 'us'],
    [2n, 'our-past'],
    [3n, 'other'],
  ])('a node of session %d belongs to %s', (ephemeralOwner, owner) => {
    const node = rawNode({ a: 1 }, {}, { ephemeralOwner, version: 4, numChildren: 2 });
    const expected = { at: 'present', owner, ownerId: ephemeralOwner, data: node.data, version: 4, numChildren: 2 };
    expect(seenFrom(node, { current: 1n, past: new Set([2n]) })).toEqual(expected);
  });

  it('nothing is there without a stat, and nothing is ours without a session', () => {
    expect(seenFrom({ ...rawNode(null), stat: null }, { current: 1n, past: new Set() })).toEqual(absent);
    const node = rawNode(null, {}, { ephemeralOwner: 1n });
    expect(seenFrom(node, { current: undefined, past: new Set() })).toMatchObject({ owner: 'other' });
  });

  it('after a create it knows what stands there', () => {
    expect(seenAfterCreate('persistent', bytes('x'), 1n)).toMatchObject({ owner: null, ownerId: 0n, version: 0 });
    expect(ours).toMatchObject({ owner: 'us', ownerId: 1n, numChildren: 0 });
  });
});
