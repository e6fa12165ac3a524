import { readServer } from './read-server.mjs';

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
    ensemble.servers.map(async (server) => ({ server: server.address, nodes: await readServer(server) })),
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
 * The sessions in a leader's answer to `dump`, which lists them before the ephemeral nodes of each.
 *
 * @param {string} dump
 */
export function sessionsIn(dump) {
  const [sessions = ''] = dump.split(/^ephemeral nodes dump/m);
  return [...sessions.matchAll(/^\s*0x([0-9a-f]+)\s*$/gm)].map(([, id = '']) => id.padStart(16, '0'));
}
