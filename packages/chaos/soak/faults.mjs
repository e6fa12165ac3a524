import { ownPaths } from './layout.mjs';
import { endSession } from './session-password.mjs';
import { removeAsStranger } from './truth.mjs';

/** @import { FaultProxy, ZooKeeperEnsemble, ZooKeeperServer } from '@ndsr/zookeeper-testing' */
/** @import { Crew } from './crew.mjs' */
/** @import { Step } from './fault-plan.mjs' */
/** @import { Timeline } from './timeline.mjs' */

/**
 * @typedef {object} Scene
 * @property {ZooKeeperEnsemble} ensemble
 * @property {readonly FaultProxy[]} proxies one before each server
 * @property {Crew} crew
 * @property {Timeline} timeline
 * @property {(ms: number) => Promise<void>} sleep rejects when the run is ended
 * @property {() => boolean} isEnding
 */

/** @typedef {(scene: Scene, step: Step) => Promise<void>} Fault does harm, and takes it back when its time is over */

const wordTimeoutMs = 2_000;

/** @type {Record<string, Fault>} */
export const faults = {
  'kill the leader': async (scene, step) => kill(scene, step, [await scene.ensemble.leader()]),
  'kill a follower': async (scene, step) => kill(scene, step, [choose(await scene.ensemble.followers(), step)]),
  'kill the server of a worker': async (scene, step) => kill(scene, step, [await serverOfWorker(scene, step)]),
  'freeze a server for a moment': freezeServer,
  'freeze a server for long': freezeServer,
  'lose the quorum': (scene, step) => kill(scene, step, allBut(scene.ensemble.servers, step)),
  'kill all servers': (scene, step) => kill(scene, step, scene.ensemble.servers),

  cut: onProxies((proxy) => proxy.cut()),
  reset: onProxies((proxy) => proxy.cut({ reset: true })),
  stall: onProxies((proxy) => proxy.stall()),
  'stall what is open': onProxies((proxy) => proxy.stall({ existingOnly: true })),
  'stall one direction': onProxies((proxy, { target }) =>
    proxy.stall({ direction: target < 0.5 ? 'to-server' : 'to-client' }),
  ),
  delay: onProxies((proxy, { target }) => proxy.delay(20 + Math.round(target * 300))),
  'cut in the middle of a frame': onProxies((proxy, { target }) =>
    proxy.cutMidFrame({
      direction: target < 0.3 ? 'to-server' : 'to-client',
      afterBytes: 1 + Math.round(target * 60),
      existingOnly: target < 0.5,
    }),
  ),
  refuse: onProxies((proxy) => proxy.refuse()),
  'accept and drop': onProxies((proxy) => proxy.acceptAndDrop()),

  'kill a worker, its successor at once': killWorker,
  'kill a worker, its successor later': killWorker,
  'a worker leaves, another comes': async ({ crew, sleep }, step) => {
    const worker = choose(crew.mortals, step);
    await crew.leave(worker);
    await sleep(step.forMs);
    await crew.succeed(worker);
  },
  'freeze a worker for a moment': freezeWorker,
  'freeze a worker for long': freezeWorker,
  'block a worker for a moment': blockWorker,
  'block a worker for long': blockWorker,
  'end a session from outside': async (scene, step) => {
    const [sessionId] = await sessionsOf(scene, step);
    if (sessionId === undefined) throw new Error('no session to end');
    await endSession(choose(scene.ensemble.servers, step), sessionId);
  },
  'remove a registration from outside': async (scene, step) => {
    const { settings } = choose(scene.crew.workers, step);
    const path = ownPaths(settings.slot)[Math.floor(step.variant * 6)] ?? '';
    await removeAsStranger(choose(scene.ensemble.servers, step), path);
  },
};

/**
 * Everything as it was: what faults could not take back themselves.
 *
 * @param {Scene} scene
 */
export async function heal({ ensemble, proxies, crew }) {
  await Promise.all(proxies.map((proxy) => proxy.pass()));
  for (const worker of crew.workers) worker.thaw();
  for (const server of ensemble.servers) if (server.pid !== undefined) server.thaw();
  const down = ensemble.servers.filter(({ pid }) => pid === undefined);
  await Promise.all(down.map((server) => server.restart()));
  await Promise.all(ensemble.servers.map((server) => server.waitUntilServing()));
}

/**
 * What an operator does with a server that has another truth than the majority: it begins anew, and copies theirs.
 *
 * @param {Scene} scene
 * @param {readonly string[]} addresses
 */
export async function replace({ ensemble, timeline }, addresses) {
  for (const server of ensemble.servers.filter(({ address }) => addresses.includes(address))) {
    timeline.add(`astray, and begins anew: ${server.port}`);
    console.error(
      `The servers are of two minds. ${server.address} differs from the others: it is emptied, and copies them.`,
    );
    await server.kill();
    await server.wipe();
    await server.restart();
  }
}

/**
 * @param {Scene} scene
 * @param {Step} step
 * @param {readonly ZooKeeperServer[]} servers
 */
async function kill({ sleep, timeline }, { forMs }, servers) {
  await Promise.all(servers.map((server) => server.kill()));
  timeline.add(`down: ${servers.map(({ port }) => port).join(', ')}`);
  await sleep(forMs);
  await Promise.all(servers.map((server) => server.restart()));
}

/** @type {Fault} */
async function freezeServer({ ensemble, sleep, timeline }, step) {
  const server = choose(ensemble.servers, step);
  await server.freeze();
  timeline.add(`frozen: ${server.port}`);
  await sleep(step.forMs);
  server.thaw();
  await server.waitUntilServing();
}

/**
 * At one proxy, or at all of them.
 *
 * @param {(proxy: FaultProxy, step: Step) => Promise<void>} harm
 * @returns {Fault}
 */
function onProxies(harm) {
  return async ({ proxies, sleep }, step) => {
    const harmed = step.variant < 0.4 ? proxies : [choose(proxies, step)];
    await Promise.all(harmed.map((proxy) => harm(proxy, step)));
    await sleep(step.forMs);
    await Promise.all(harmed.map((proxy) => proxy.pass()));
  };
}

/** @type {Fault} */
async function killWorker({ crew, sleep, timeline }, step) {
  const worker = choose(crew.mortals, step);
  await worker.kill();
  timeline.add(`killed: ${worker.name}`);
  await sleep(step.forMs);
  await crew.succeed(worker);
}

/** @type {Fault} */
async function freezeWorker({ crew, sleep, timeline }, step) {
  const worker = choose(crew.workers, step);
  worker.freeze();
  timeline.add(`frozen: ${worker.name}`);
  await sleep(step.forMs);
  worker.thaw();
}

/** @type {Fault} */
async function blockWorker({ crew, sleep, timeline }, step) {
  const worker = choose(crew.workers, step);
  worker.tell('block', { forMs: step.forMs });
  timeline.add(`blocked: ${worker.name}`);
  await sleep(step.forMs);
}

/**
 * @param {Scene} scene
 * @param {Step} step
 */
async function serverOfWorker(scene, step) {
  const inUse = [];
  for (const server of scene.ensemble.servers) if ((await sessionsAt(server)).length > 0) inUse.push(server);
  return choose(inUse, step);
}

/**
 * @param {Scene} scene
 * @param {Step} step
 */
async function sessionsOf(scene, step) {
  const sessions = await Promise.all(scene.ensemble.servers.map((server) => sessionsAt(server).catch(() => [])));
  const all = sessions.flat();
  return all.length === 0 ? [] : [choose(all, step)];
}

/**
 * The sessions that are connected to a server.
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
  if (chosen === undefined) throw new Error('nobody there to harm');
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
