import { ownPaths } from '../oracle/paths.mjs';
import { ZooKeeperReferenceClient } from '../oracle/zookeeper-reference-client.mjs';
import { freezeServer, killServers, network } from './injectors.mjs';

/** @import { FaultProxy, ZooKeeperEnsemble, ZooKeeperServer } from '@ndsr/zookeeper-testing' */
/** @import { Workers } from '../environment/workers.mjs' */
/** @import { Heal } from './injectors.mjs' */
/** @import { Step } from '../runners/soak/fault-plan.mjs' */
/** @import { Timeline } from '../timeline.mjs' */

/**
 * @typedef {object} SoakEnvironment
 * @property {ZooKeeperEnsemble} ensemble
 * @property {readonly FaultProxy[]} proxies one for each server
 * @property {Workers} workers
 * @property {Timeline} timeline
 * @property {(ms: number) => Promise<void>} sleep rejects when the run is aborted
 * @property {() => boolean} isEnding
 */

/** @typedef {(environment: SoakEnvironment, step: Step) => Promise<void>} Fault injects the fault, and heals it after the planned time */

const wordTimeoutMs = 2_000;

/** @type {Record<string, Fault>} */
export const faults = {
  'kill the leader': async (environment, step) => kill(environment, step, [await environment.ensemble.leader()]),
  'kill a follower': async (environment, step) =>
    kill(environment, step, [choose(await environment.ensemble.followers(), step)]),
  'kill the server of a worker': async (environment, step) =>
    kill(environment, step, [await serverOfWorker(environment, step)]),
  'freeze a server for a moment': freeze,
  'freeze a server for long': freeze,
  'lose the quorum': (environment, step) => kill(environment, step, allBut(environment.ensemble.servers, step)),
  'kill all servers': (environment, step) => kill(environment, step, environment.ensemble.servers),

  cut: onProxies((proxies) => network.cut(proxies, {})),
  reset: onProxies((proxies) => network.cut(proxies, { reset: true })),
  stall: onProxies((proxies) => network.stall(proxies, {})),
  'stall what is open': onProxies((proxies) => network.stall(proxies, { existingOnly: true })),
  'stall one direction': onProxies((proxies, { target }) =>
    network.stall(proxies, { direction: target < 0.5 ? 'to-server' : 'to-client' }),
  ),
  delay: onProxies((proxies, { target }) => network.delay(proxies, 20 + Math.round(target * 300))),
  'cut in the middle of a frame': onProxies((proxies, { target }) =>
    network.cutMidFrame(proxies, {
      direction: target < 0.3 ? 'to-server' : 'to-client',
      afterBytes: 1 + Math.round(target * 60),
      existingOnly: target < 0.5,
    }),
  ),
  refuse: onProxies((proxies) => network.refuse(proxies)),
  'accept and drop': onProxies((proxies) => network.acceptAndDrop(proxies)),

  'kill a worker, its successor at once': killWorker,
  'kill a worker, its successor later': killWorker,
  'a worker shuts down, its successor follows': async ({ workers, sleep }, step) => {
    const worker = choose(workers.killable, step);
    await workers.shutDown(worker);
    await sleep(step.forMs);
    await workers.resetServers(worker);
  },
  'freeze a worker for a moment': freezeWorker,
  'freeze a worker for long': freezeWorker,
  'block a worker for a moment': blockWorker,
  'block a worker for long': blockWorker,
  'end a session from outside': async (environment, step) => {
    const [sessionId] = await sessionsOf(environment, step);
    if (sessionId === undefined) throw new Error('no session to end');
    await choose(environment.ensemble.servers, step).endSession(sessionId);
  },
  'remove a registration from outside': async (environment, step) => {
    const { settings } = choose(environment.workers.all, step);
    const path = ownPaths(settings.slot)[Math.floor(step.variant * 6)] ?? '';
    const client = await ZooKeeperReferenceClient.connect(choose(environment.ensemble.servers, step).address);
    await client.remove(path).finally(() => client.close());
  },
};

/**
 * Heals every fault that could not heal itself.
 *
 * @param {SoakEnvironment} environment
 */
export async function heal({ ensemble, proxies, workers }) {
  await Promise.all(proxies.map((proxy) => proxy.pass()));
  for (const worker of workers.all) worker.thaw();
  for (const server of ensemble.servers) if (server.pid !== undefined) server.thaw();
  const down = ensemble.servers.filter(({ pid }) => pid === undefined);
  await Promise.all(down.map((server) => server.restart()));
  await Promise.all(ensemble.servers.map((server) => server.waitUntilServing()));
}

/**
 * Resets servers whose state differs from the majority, as an operator would: each is emptied and copies the state of the others.
 *
 * @param {SoakEnvironment} environment
 * @param {readonly string[]} addresses
 */
export async function replace({ ensemble, timeline }, addresses) {
  for (const server of ensemble.servers.filter(({ address }) => addresses.includes(address))) {
    timeline.note(`minority, reset: ${server.port}`);
    console.error(
      `Split brain: ${server.address} differs from the other servers. It is emptied and copies their state.`,
    );
    await server.kill();
    await server.wipe();
    await server.restart();
  }
}

/**
 * @param {SoakEnvironment} environment
 * @param {Step} step
 * @param {readonly ZooKeeperServer[]} servers
 */
async function kill({ sleep, timeline }, { forMs }, servers) {
  const heal = await killServers(servers);
  timeline.note(`down: ${servers.map(({ port }) => port).join(', ')}`);
  await sleep(forMs);
  await heal();
}

/** @type {Fault} */
async function freeze({ ensemble, sleep, timeline }, step) {
  const server = choose(ensemble.servers, step);
  const heal = await freezeServer(server);
  timeline.note(`frozen: ${server.port}`);
  await sleep(step.forMs);
  await heal();
}

/**
 * Injects a fault at one proxy or at all of them.
 *
 * @param {(proxies: readonly FaultProxy[], step: Step) => Promise<Heal>} inject
 * @returns {Fault}
 */
function onProxies(inject) {
  return async ({ proxies, sleep }, step) => {
    const heal = await inject(step.variant < 0.4 ? proxies : [choose(proxies, step)], step);
    await sleep(step.forMs);
    await heal();
  };
}

/** @type {Fault} */
async function killWorker({ workers, sleep, timeline }, step) {
  const worker = choose(workers.killable, step);
  await worker.kill();
  timeline.note(`killed: ${worker.name}`);
  await sleep(step.forMs);
  await workers.resetServers(worker);
}

/** @type {Fault} */
async function freezeWorker({ workers, sleep, timeline }, step) {
  const worker = choose(workers.all, step);
  worker.freeze();
  timeline.note(`frozen: ${worker.name}`);
  await sleep(step.forMs);
  worker.thaw();
}

/** @type {Fault} */
async function blockWorker({ workers, sleep, timeline }, step) {
  const worker = choose(workers.all, step);
  worker.send('block', { forMs: step.forMs });
  timeline.note(`blocked: ${worker.name}`);
  await sleep(step.forMs);
}

/**
 * @param {SoakEnvironment} environment
 * @param {Step} step
 */
async function serverOfWorker(environment, step) {
  const inUse = [];
  for (const server of environment.ensemble.servers) if ((await sessionsAt(server)).length > 0) inUse.push(server);
  return choose(inUse, step);
}

/**
 * @param {SoakEnvironment} environment
 * @param {Step} step
 */
async function sessionsOf(environment, step) {
  const sessions = await Promise.all(environment.ensemble.servers.map((server) => sessionsAt(server).catch(() => [])));
  const all = sessions.flat();
  return all.length === 0 ? [] : [choose(all, step)];
}

/**
 * The sessions connected to a server.
 *
 * @param {ZooKeeperServer} server
 */
async function sessionsAt(server) {
  const answer = await server.command('cons', { timeoutMs: wordTimeoutMs });
  return [...answer.matchAll(/sid=0x([0-9a-f]+)/g)].map(([, id]) => BigInt.asIntN(64, BigInt(`0x${id}`)));
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {Step} step
 */
function choose(list, { target }) {
  const chosen = list[Math.floor(target * list.length)];
  if (chosen === undefined) throw new Error('no target for the fault');
  return chosen;
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {Step} step
 */
function allBut(list, step) {
  const spared = choose(list, step);
  return list.filter((member) => member !== spared);
}
