// What the workers find by themselves: it counts as much as what the coordinator finds.
import { EventEmitter } from 'node:events';
import { StoppedError } from '@ndsr/core';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { describe, expect, test, vi } from 'vitest';
import { Activity, DeliberateError } from '../../processes/soak/activity.mjs';
import { Audience } from '../../processes/soak/audience.mjs';
import { Calls } from '../../processes/soak/calls.mjs';
import { Wishes } from '../../processes/soak/wishes.mjs';
import { configPaths, contestedPaths, ownPaths } from '../../soak/layout.mjs';

/** @import { NodeSnapshot, ServiceRegistry } from '@ndsr/core' */
/** @import { WorkerSettings } from '../../soak/protocol.mjs' */

const timeoutMs = 1_000;
const silent = () => undefined;
/** @type {WorkerSettings} */
const settings = {
  backend: 'zookeeper-js',
  servers: '',
  slot: 0,
  slots: 2,
  life: 3,
  seed: 1,
  timeoutMs,
  offline: 'throw',
  lazy: false,
  recursiveWatches: true,
};
const [own = ''] = ownPaths(0);
const [config = ''] = configPaths(0);
const [rival = ''] = contestedPaths;

/**
 * As much of a registry as a test needs.
 *
 * @param {object} parts
 */
function registryOf(parts) {
  return /** @type {ServiceRegistry} */ (/** @type {unknown} */ (parts));
}

/** @param {Activity} activity */
function troubleOf(activity) {
  return activity.report('connected').trouble;
}

/** @param {number} version */
function snapshotAt(version, path = '/soak/alpha') {
  return /** @type {NodeSnapshot} */ (/** @type {unknown} */ ({ path, data: null, children: {}, stat: { version } }));
}

describe('audience', () => {
  /** Hands its callbacks whatever the test wants, which a true registry would not. */
  function stage() {
    /** @type {((snapshot: NodeSnapshot) => unknown)[]} */
    const callbacks = [];
    const activity = new Activity(silent);
    const registry = registryOf({
      addCallback: (/** @type {string} */ _, /** @type {() => void} */ callback) => callbacks.push(callback),
      removeCallback: () => true,
      unwatch: () => undefined,
      peek: () => snapshotAt(1),
      freshness: () => ({ origin: 'live' }),
    });
    return { activity, audience: new Audience(registry, activity), callbacks };
  }

  test('different values are no trouble, and the last is reported', () => {
    const { activity, audience, callbacks } = stage();
    audience.addCallback('/soak/alpha', 'data', 'quick');
    for (const version of [1, 2, 1]) callbacks[0]?.(snapshotAt(version));
    expect(troubleOf(activity)).toEqual([]);
    const [subscriber] = audience.report().subscribers;
    expect(subscriber).toMatchObject({ count: 3, last: expect.stringContaining('"version":1') });
    expect(audience.report().views).toMatchObject([{ path: '/soak/alpha', origin: 'live', detail: 'data' }]);
  });

  test('a get that a stopped registry refuses watches no more than before', async () => {
    const registry = new MemoryServiceRegistry();
    const audience = new Audience(registry, new Activity(silent));
    await registry.start();
    audience.addCallback('/soak/alpha', 'names', 'quick');
    await registry.stop();
    audience.noteRead('/soak/alpha');
    await expect(registry.get('/soak/alpha')).rejects.toBeInstanceOf(StoppedError);
    expect(audience.report().views).toMatchObject([{ path: '/soak/alpha', detail: 'names' }]);
    await registry.start();
    audience.noteRead('/soak/alpha');
    await registry.get('/soak/alpha');
    expect(audience.report().views).toMatchObject([{ path: '/soak/alpha', detail: 'data' }]);
    await registry.stop();
  });

  test('an equal value twice', () => {
    const { activity, audience, callbacks } = stage();
    audience.addCallback('/soak/alpha', 'data', 'quick');
    for (const version of [1, 1]) callbacks[0]?.(snapshotAt(version));
    expect(troubleOf(activity)).toEqual([expect.stringContaining('was given twice')]);
  });

  test.each(['removeOne', 'unwatch'])('a call after %s', (leave) => {
    const { activity, audience, callbacks } = stage();
    audience.addCallback('/soak/alpha', 'data', 'quick');
    audience[/** @type {'removeOne' | 'unwatch'} */ (leave)]('/soak/alpha');
    callbacks[0]?.(snapshotAt(1));
    expect(troubleOf(activity)).toEqual([expect.stringContaining('after it had left')]);
  });

  test('a snapshot of another path', () => {
    const { activity, audience, callbacks } = stage();
    audience.addCallback('/soak/alpha', 'data', 'quick');
    callbacks[0]?.(snapshotAt(1, '/soak/beta'));
    expect(troubleOf(activity)).toEqual([expect.stringContaining('was given /soak/beta')]);
  });
});

describe('calls', () => {
  test('a call that does not end, once, however long it takes', async () => {
    vi.useFakeTimers();
    try {
      const activity = new Activity(silent);
      const calls = new Calls(activity, timeoutMs);
      void calls.make('setNode /x', () => new Promise(() => undefined));
      await vi.advanceTimersByTimeAsync(8 * timeoutMs);
      expect(troubleOf(activity)).toEqual([]);
      expect(calls.pending()).toEqual([{ call: 'setNode /x', forTicks: 8 }]);
      await vi.advanceTimersByTimeAsync(20 * timeoutMs);
      expect(troubleOf(activity)).toEqual(['setNode /x has not ended after 9 s']);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ['ERR_NDSR_NO_CONNECTION', 0],
    ['ERR_NDSR_TIMEOUT', 0],
    ['ERR_NDSR_STOPPED', 0],
    ['ERR_NDSR_BACKEND', 1],
    ['ERR_NDSR_NO_NODE', 1],
    [undefined, 1],
  ])('a rejection with %s is a finding: %i', async (code, findings) => {
    const activity = new Activity(silent);
    const calls = new Calls(activity, timeoutMs);
    const outcome = await calls.make('get /x', () => Promise.reject(Object.assign(new Error('no'), code && { code })));
    expect(outcome).toEqual({ ok: false });
    expect(troubleOf(activity)).toHaveLength(findings);
    expect(calls.pending()).toEqual([]);
  });
});

describe('activity', () => {
  test.each([
    ['ERR_NDSR_TIMEOUT', undefined, 0],
    ['ERR_NDSR_CALLBACK', new DeliberateError('on purpose'), 0],
    ['ERR_NDSR_CALLBACK', new Error('not on purpose'), 1],
    ['ERR_NDSR_MISSED_CHANGE', undefined, 1],
    ['ERR_NDSR_BACKEND', new Error('what lay beneath'), 1],
  ])('a fault %s because of %s is a finding: %i', (code, cause, findings) => {
    const registry = new EventEmitter();
    const activity = new Activity(silent);
    activity.follow(registryOf(registry));
    registry.emit('fault', { error: Object.assign(new Error('a fault', { cause }), { code }) });
    const trouble = troubleOf(activity);
    expect(trouble).toHaveLength(findings);
    if (findings > 0 && cause !== undefined) expect(trouble[0]).toContain(cause.message);
  });

  test('what stands is what events have told', () => {
    const registry = new EventEmitter();
    const activity = new Activity(silent);
    activity.follow(registryOf(registry));
    registry.emit('registered', { path: '/a' });
    registry.emit('registered', { path: '/b' });
    registry.emit('unregistered', { path: '/a', reason: 'lost' });
    registry.emit('phase', { phase: 'connected', sessionId: '0000000000000005' });
    expect(activity.report('connected')).toMatchObject({ standing: ['/b'], sessionId: '0000000000000005' });
  });
});

describe('wishes', () => {
  /** @param {() => Promise<boolean>} answer of every call */
  function wishesOf(answer) {
    const host = { setNode: () => answer(), setData: () => answer(), unset: () => answer() };
    return new Wishes(registryOf(host), new Calls(new Activity(silent), timeoutMs), settings);
  }

  const refused = () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_NDSR_NO_CONNECTION' }));

  test('a call that resolved stands, whether true or false', async () => {
    for (const outcome of [true, false]) {
      const wishes = wishesOf(async () => outcome);
      await wishes.register(own);
      await wishes.register(rival);
      await wishes.configure(config);
      expect(wishes.report()).toEqual({
        wanted: [{ path: own, n: 3_000_001 }],
        contested: [{ path: rival, n: 3_000_002 }],
        config: [{ path: config, possible: [3_000_003] }],
      });
      await wishes.withdraw(own);
      await wishes.dropConfig(config);
      expect(wishes.report()).toMatchObject({ wanted: [], config: [{ path: config, possible: [null] }] });
    }
  });

  test('a registration that was refused leaves what stood before; data may be either', async () => {
    let answer = async () => true;
    const wishes = wishesOf(() => answer());
    await wishes.register(own);
    await wishes.configure(config);
    answer = refused;
    await wishes.register(own);
    await wishes.withdraw(own);
    await wishes.configure(config);
    await wishes.dropConfig(config);
    expect(wishes.report()).toMatchObject({
      wanted: [{ path: own, n: 3_000_001 }],
      config: [{ path: config, possible: [3_000_002, 3_000_004, null] }],
    });
  });

  test('of data that were never written by this process nothing is said', async () => {
    const wishes = wishesOf(refused);
    await wishes.configure(config);
    expect(wishes.report()).toEqual({ wanted: [], contested: [], config: [] });
  });
});
