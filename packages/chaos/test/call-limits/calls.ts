import type { ServiceRegistry } from '@ndsr/core';

/** The path of another client's node. */
export const foundPath = '/found/node';
/** A lock that another client holds, and an election that another client leads, for ever. */
export const busyLock = '/busy/lock';
export const busyElection = '/busy/election';
/** A lock that this registry holds once it has been connected. */
export const heldLock = '/held/lock';

/** The wait that the call itself asks for, ms. */
const waitMs = 500;

/** A call of the public class, by its name. */
export interface Call {
  /** The call's own time limit, in addition to the start of the registry, ms. */
  readonly ownMs: number;
  /** True when `signal`, which aborts after `ownMs`, is its only limit: then it does not wait for a pending start either. */
  readonly endsBySignal?: boolean;
  /** True when the call connects: then its limit is the session timeout in every phase. */
  readonly connects?: boolean;
  make(registry: ServiceRegistry, signal: AbortSignal): Promise<unknown>;
}

const untilAborted = { ownMs: waitMs, endsBySignal: true };
const atOnce = { ownMs: 0 };
const waiting = { ownMs: waitMs };

/** Every call that waits for anything. */
export const calls: Readonly<Record<string, Call>> = {
  start: { ...atOnce, connects: true, make: (registry) => registry.start() },
  rebuild: { ...atOnce, connects: true, make: (registry) => registry.rebuild() },
  stop: { ...atOnce, make: (registry) => registry.stop() },
  setNode: { ...atOnce, make: (registry) => registry.setNode('/new/node', { by: 'us' }) },
  'setNode over another node': { ...atOnce, make: (registry) => registry.setNode(foundPath, { by: 'us' }) },
  setData: { ...atOnce, make: (registry) => registry.setData(foundPath, { by: 'us' }) },
  set: { ...atOnce, make: (registry) => registry.set('/new/node', { kind: 'persistent', data: { by: 'us' } }) },
  unset: { ...atOnce, make: (registry) => registry.unset(foundPath) },
  'unset with force': { ...atOnce, make: (registry) => registry.unset(foundPath, { force: true }) },
  get: { ...atOnce, make: (registry) => registry.get('/found') },
  'get of names': { ...atOnce, make: (registry) => registry.get('/found', { children: 'names' }) },
  'get with waitMs': { ...waiting, make: (registry) => registry.get('/found', { waitMs, minChildren: 2 }) },
  'get with a signal': {
    ...untilAborted,
    make: (registry, signal) => registry.get('/found', { waitMs: 60_000, minChildren: 2, signal }),
  },
  watch: { ...untilAborted, make: async (registry, signal) => await registry.watch('/found', { signal }).next() },
  acquire: { ...waiting, make: (registry) => registry.getLock('/free/lock').acquire({ waitMs }) },
  'acquire without a wait': { ...atOnce, make: (registry) => registry.getLock('/free/lock').acquire({ waitMs: 0 }) },
  'acquire of a busy lock': { ...waiting, make: (registry) => registry.getLock(busyLock).acquire({ waitMs }) },
  'acquire with a signal': {
    ...untilAborted,
    make: (registry, signal) => registry.getLock(busyLock).acquire({ waitMs: Number.POSITIVE_INFINITY, signal }),
  },
  'acquire beside an acquire that waits longer': {
    ...waiting,
    make: (registry) => {
      const lock = registry.getLock(busyLock);
      lock.acquire({ waitMs: 60_000 }).catch(() => undefined);
      return lock.acquire({ waitMs });
    },
  },
  hold: { ...waiting, make: (registry) => registry.getLock('/free/lock').hold({ waitMs }) },
  acquireLock: { ...waiting, make: (registry) => registry.acquireLock('/free/lock', { waitMs, simultaneous: 2 }) },
  release: { ...atOnce, make: (registry) => registry.releaseLock(heldLock) },
  holders: { ...atOnce, make: (registry) => registry.getLock(busyLock).holders() },
  lead: { ...untilAborted, make: (registry, signal) => registry.getElection('/free/election').lead(work, { signal }) },
  'lead in a busy election': {
    ...untilAborted,
    make: (registry, signal) => registry.getElection(busyElection).lead(work, { signal, requeue: true }),
  },
  leader: { ...atOnce, make: (registry) => registry.getElection(busyElection).leader() },
  contenders: { ...atOnce, make: (registry) => registry.getElection(busyElection).contenders() },
  'watch of an election': {
    ...untilAborted,
    make: (registry, signal) => registry.getElection(busyElection).watch({ signal }).next(),
  },
};

function work(): string {
  return 'done';
}
