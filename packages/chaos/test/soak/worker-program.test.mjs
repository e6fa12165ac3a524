// The violations that workers detect by themselves. They count as much as those of the coordinator.
import { EventEmitter } from 'node:events';
import { StoppedError } from '@ndsr/core';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { describe, expect, test, vi } from 'vitest';
import { configPaths, contestedPaths, ownPaths } from '../../src/oracle/paths.mjs';
import { Activity, DeliberateError } from '../../src/workload/worker/activity.mjs';
import { Calls } from '../../src/workload/worker/calls.mjs';
import { DesiredState } from '../../src/workload/worker/desired-state.mjs';
import { Subscribers } from '../../src/workload/worker/subscribers.mjs';

/** @import { NodeSnapshot, ServiceRegistry } from '@ndsr/core' */
/** @import { WorkerSettings } from '../../src/workload/worker/protocol.mjs' */

const timeoutMs = 1_000;
const silent = () => undefined;
/** @type {WorkerSettings} */
const settings = {
  backend: 'zookeeper-js',
  servers: '',
  slot: 0,
  slots: 2,
  incarnation: 3,
  seed: 1,
  timeoutMs,
  offline: 'throw',
  lazy: false,
  recursiveWatches: true,
};
const [own = ''] = ownPaths(0);
const [config = ''] = configPaths(0);
const [contender = ''] = contestedPaths;

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

describe('subscribers', () => {
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
    return { activity, subscribers: new Subscribers(registry, activity), callbacks };
  }

  test('accepts different values, and reports the last', () => {
    const { activity, subscribers, callbacks } = stage();
    subscribers.addCallback('/soak/alpha', 'data', 'quick');
    for (const version of [1, 2, 1]) callbacks[0]?.(snapshotAt(version));
    expect(troubleOf(activity)).toEqual([]);
    const [subscriber] = subscribers.report().subscribers;
    expect(subscriber).toMatchObject({ count: 3, last: expect.stringContaining('"version":1') });
    expect(subscribers.report().views).toMatchObject([{ path: '/soak/alpha', origin: 'live', detail: 'data' }]);
  });

  test('a get that a stopped registry rejects adds no watched path', async () => {
    const registry = new MemoryServiceRegistry();
    const subscribers = new Subscribers(registry, new Activity(silent));
    await registry.start();
    subscribers.addCallback('/soak/alpha', 'names', 'quick');
    await registry.stop();
    subscribers.noteRead('/soak/alpha');
    await expect(registry.get('/soak/alpha')).rejects.toBeInstanceOf(StoppedError);
    expect(subscribers.report().views).toMatchObject([{ path: '/soak/alpha', detail: 'names' }]);
    await registry.start();
    subscribers.noteRead('/soak/alpha');
    await registry.get('/soak/alpha');
    expect(subscribers.report().views).toMatchObject([{ path: '/soak/alpha', detail: 'data' }]);
    await registry.stop();
  });

  test('an equal value twice', () => {
    const { activity, subscribers, callbacks } = stage();
    subscribers.addCallback('/soak/alpha', 'data', 'quick');
    for (const version of [1, 1]) callbacks[0]?.(snapshotAt(version));
    expect(troubleOf(activity)).toEqual([expect.stringContaining('was given twice')]);
  });

  test.each(['removeOne', 'unwatch'])('a call after %s', (unsubscribe) => {
    const { activity, subscribers, callbacks } = stage();
    subscribers.addCallback('/soak/alpha', 'data', 'quick');
    subscribers[/** @type {'removeOne' | 'unwatch'} */ (unsubscribe)]('/soak/alpha');
    callbacks[0]?.(snapshotAt(1));
    expect(troubleOf(activity)).toEqual([expect.stringContaining('after it was removed')]);
  });

  test('a snapshot of another path', () => {
    const { activity, subscribers, callbacks } = stage();
    subscribers.addCallback('/soak/alpha', 'data', 'quick');
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
  ])('a rejection with %s is a violation: %i', async (code, violations) => {
    const activity = new Activity(silent);
    const calls = new Calls(activity, timeoutMs);
    const outcome = await calls.make('get /x', () => Promise.reject(Object.assign(new Error('no'), code && { code })));
    expect(outcome).toEqual({ ok: false });
    expect(troubleOf(activity)).toHaveLength(violations);
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
  ])('a fault %s because of %s is a violation: %i', (code, cause, violations) => {
    const registry = new EventEmitter();
    const activity = new Activity(silent);
    activity.follow(registryOf(registry));
    registry.emit('fault', { error: Object.assign(new Error('a fault', { cause }), { code }) });
    const trouble = troubleOf(activity);
    expect(trouble).toHaveLength(violations);
    if (violations > 0 && cause !== undefined) expect(trouble[0]).toContain(cause.message);
  });

  test('reports the registrations according to the events', () => {
    const registry = new EventEmitter();
    const activity = new Activity(silent);
    activity.follow(registryOf(registry));
    registry.emit('registered', { path: '/a' });
    registry.emit('registered', { path: '/b' });
    registry.emit('unregistered', { path: '/a', reason: 'lost' });
    registry.emit('phase', { phase: 'connected', sessionId: '0000000000000005' });
    expect(activity.report('connected')).toMatchObject({ registered: ['/b'], sessionId: '0000000000000005' });
  });
});

describe('desired state', () => {
  /** @param {() => Promise<boolean>} answer of every call */
  function wishesOf(answer) {
    const host = { setNode: () => answer(), setData: () => answer(), unset: () => answer() };
    return new DesiredState(registryOf(host), new Calls(new Activity(silent), timeoutMs), settings);
  }

  const refused = () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_NDSR_NO_CONNECTION' }));

  test('a resolved call changes the desired state, resolved to true or false', async () => {
    for (const outcome of [true, false]) {
      const desiredState = wishesOf(async () => outcome);
      await desiredState.register(own);
      await desiredState.register(contender);
      await desiredState.writeConfig(config);
      expect(desiredState.report()).toEqual({
        wanted: [{ path: own, n: 3_000_001 }],
        contested: [{ path: contender, n: 3_000_002 }],
        config: [{ path: config, possible: [3_000_003] }],
      });
      await desiredState.unregister(own);
      await desiredState.removeConfig(config);
      expect(desiredState.report()).toMatchObject({ wanted: [], config: [{ path: config, possible: [null] }] });
    }
  });

  test('a rejected registration leaves the previous one; data may be the old or the new', async () => {
    let answer = async () => true;
    const desiredState = wishesOf(() => answer());
    await desiredState.register(own);
    await desiredState.writeConfig(config);
    answer = refused;
    await desiredState.register(own);
    await desiredState.unregister(own);
    await desiredState.writeConfig(config);
    await desiredState.removeConfig(config);
    expect(desiredState.report()).toMatchObject({
      wanted: [{ path: own, n: 3_000_001 }],
      config: [{ path: config, possible: [3_000_002, 3_000_004, null] }],
    });
  });

  test('data that this process never wrote is not reported', async () => {
    const desiredState = wishesOf(refused);
    await desiredState.writeConfig(config);
    expect(desiredState.report()).toEqual({ wanted: [], contested: [], config: [] });
  });
});
