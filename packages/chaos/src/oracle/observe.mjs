import { root } from './paths.mjs';
import { ZooKeeperReferenceClient } from './zookeeper-reference-client.mjs';

/** @import { Observation } from './checks/violation.mjs' */
/** @import { SoakEnvironment } from '../faults/soak-faults.mjs' */

const reportLimitMs = 20_000;

/**
 * Reads the nodes of each server, the report of each worker, and the servers' sessions.
 *
 * @param {SoakEnvironment} environment
 * @returns {Promise<Observation>}
 */
export async function observe({ ensemble, workers }) {
  const reports = await Promise.all(
    workers.all.map(async (worker) => {
      const { slot, incarnation } = worker.settings;
      return { name: worker.name, slot, incarnation, report: await worker.report(reportLimitMs) };
    }),
  );
  const serverStates = await Promise.all(
    ensemble.servers.map(async (server) => ({ server: server.address, nodes: await readServer(server.address) })),
  );
  const counters = await Promise.all(ensemble.servers.map((server) => server.counters()));
  const leader = await ensemble.leader();
  return {
    slots: workers.all.length,
    workers: reports,
    serverStates,
    sessions: sessionsIn(await leader.command('dump')),
    connections: counters.reduce((sum, { connections }) => sum + connections, 0),
  };
}

/**
 * Reads the soak's nodes from one server. A write comes first, so that the server has caught up with all earlier writes.
 *
 * @param {string} address
 */
async function readServer(address) {
  const client = await ZooKeeperReferenceClient.connect(address);
  try {
    await client.create(`${root}-checks`);
    await client.write(`${root}-checks`, { probe: true });
    return await client.read(root);
  } finally {
    await client.close();
  }
}

/**
 * The sessions in a leader's answer to `dump`, which lists them before the ephemeral nodes of each.
 *
 * @param {string} dump
 */
export function sessionsIn(dump) {
  const [sessions = ''] = dump.split(/^ephemeral nodes dump/m);
  return [...sessions.matchAll(/^\s*0x([0-9a-f]+)\s*$/gm)].map(([, id = '']) => id.padStart(16, '0'));
}
