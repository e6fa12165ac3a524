import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceRegistryError } from '@ndsr/core';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { FuzzedServer } from './fuzzed-server.mjs';
import { Random } from './random.mjs';

/** @import { NodeSnapshot, RegistryOptions, ServiceRegistry } from '@ndsr/core' */

/** How many damaged replies a registry meets. */
export const mutationsPerCase = 20;

const timeoutMs = 300;
const requestTimeoutMs = 300;
/** Long after every limit of a call has passed, also on a busy machine: the timers of both are in one event loop. */
const lateMs = 15_000;
const mostRounds = 200;
const connectsWithinMs = 1_000;
const ignore = () => undefined;

/** @typedef {(options: RegistryOptions & { servers: string }) => ServiceRegistry} OpenRegistry */

/**
 * Creates the registries of a backend.
 *
 * @param {string} backend
 * @returns {OpenRegistry}
 */
export function openerOf(backend) {
  if (backend === 'zookeeper') return (options) => new ZooKeeperServiceRegistry(options);
  if (backend === 'zookeeper-js') return (options) => new ZooKeeperJsServiceRegistry(options);
  throw new TypeError(`no backend ${backend}`);
}

/** @typedef {{ calls: number, rejected: number, faults: number, mutations: number }} RegistryTally */

/**
 * A registry with a service, a registration, configuration, and a server that damages what it sends.
 *
 * @param {number} seed
 * @param {OpenRegistry} open
 * @returns {Promise<RegistryTally>}
 * @throws what is wrong with the registry: a late call, an error of another family, a name that no node can have
 */
export async function registryCase(seed, open) {
  // One for each: how many of its numbers the others take depends on the time.
  const [random, ofServer, ofRegistry] = [new Random(seed), new Random(seed + 0.5e9), new Random(seed + 1e9)];
  const server = new FuzzedServer({ random: ofServer, mutations: mutationsPerCase });
  const registry = open({
    servers: await server.listen(),
    timeoutMs,
    requestTimeoutMs,
    lazy: true,
    restoreJitterMs: 0,
    random: () => ofRegistry.next(),
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  const tally = { calls: 0, rejected: 0, faults: 0, mutations: 0 };
  /** @type {unknown[]} */
  const wrong = [];
  registry.on('fault', ({ error }) => {
    tally.faults += 1;
    checkTyped(error, 'a fault', wrong);
  });
  try {
    await ended('start', () => registry.start(), wrong).catch(() => (tally.rejected += 1));
    for (let round = 0; server.left > 0 && round < mostRounds && wrong.length === 0; round += 1) {
      await untilConnected(registry);
      server.touch();
      await Promise.all(
        callsOf(registry, random).map(([what, call]) => {
          tally.calls += 1;
          return ended(what, call, wrong).catch(() => (tally.rejected += 1));
        }),
      );
    }
    for (const path of ['/svc', '/svc/a', '/config']) checkNames(registry.peek(path), wrong);
  } finally {
    await ended('stop', () => registry.stop(), wrong).catch((error) => wrong.push(error));
    server.close();
  }
  tally.mutations = mutationsPerCase - server.left;
  if (wrong.length > 0) throw wrong[0];
  return tally;
}

/**
 * Or not within that time: damaged replies cost connections.
 *
 * @param {ServiceRegistry} registry
 */
async function untilConnected(registry) {
  if (registry.phase === 'connected') return;
  const timer = new AbortController();
  const undo = registry.on('phase', ({ phase }) => phase === 'connected' && timer.abort());
  await sleep(connectsWithinMs, undefined, { signal: timer.signal }).catch(() => undefined);
  undo();
}

/**
 * Some calls that run side by side.
 *
 * @param {ServiceRegistry} registry
 * @param {Random} random
 * @returns {[what: string, call: () => Promise<unknown>][]}
 */
function callsOf(registry, random) {
  /** @type {[string, () => Promise<unknown>][]} */
  const all = [
    ['get /svc', () => registry.get('/svc')],
    ['get with a callback', () => registry.get('/svc', { callback: ignore })],
    ['get /svc/a', () => registry.get('/svc/a')],
    ['get /config', () => registry.get('/config')],
    ['setNode', () => registry.setNode('/svc/mine', { round: random.below(9) })],
    ['setData', () => registry.setData('/config', { round: random.below(9) })],
    ['setData below', () => registry.setData(`/config/new/${random.below(9)}`, { state: 'on' })],
    ['unset', () => registry.unset('/svc/mine')],
    ['acquireLock', () => registry.acquireLock('/locks/a', { waitMs: 200 })],
    ['releaseLock', () => registry.releaseLock('/locks/a')],
    ['leader', () => registry.getElection('/election').leader()],
    ['rebuild', () => (random.below(8) === 0 ? registry.rebuild() : registry.get('/svc'))],
  ];
  return all.filter(() => random.below(3) === 0);
}

/**
 * Rejects as the call does, when that is with an error of the family.
 *
 * @param {string} what
 * @param {() => Promise<unknown>} call
 * @param {unknown[]} wrong
 */
async function ended(what, call, wrong) {
  const timer = new AbortController();
  const late = sleep(lateMs, undefined, { signal: timer.signal }).then(
    () => wrong.push(new Error(`${what} has not ended after ${lateMs} ms`)),
    () => undefined,
  );
  try {
    await Promise.race([call(), late]);
  } catch (error) {
    checkTyped(error, what, wrong);
    throw error;
  } finally {
    timer.abort();
  }
}

/** @param {unknown} error @param {string} what @param {unknown[]} wrong */
function checkTyped(error, what, wrong) {
  if (!(error instanceof ServiceRegistryError))
    wrong.push(new Error(`${what}: an error of no family`, { cause: error }));
}

/** @param {NodeSnapshot | undefined} snapshot @param {unknown[]} wrong */
function checkNames(snapshot, wrong) {
  for (const name of Object.keys(snapshot?.children ?? {})) {
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name === 'undefined' || name === 'null') {
      wrong.push(new Error(`${snapshot?.path} has a child named ${JSON.stringify(name)}`));
    }
  }
}
