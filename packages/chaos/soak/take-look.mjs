import { readTruth } from './truth.mjs';

/** @import { Look } from './check/finding.mjs' */
/** @import { Scene } from './faults.mjs' */

const reportLimitMs = 20_000;

/**
 * The truth of each server, what every worker reports, and the sessions that the servers keep.
 *
 * @param {Scene} scene
 * @returns {Promise<Look>}
 */
export async function takeLook({ ensemble, crew }) {
  const workers = await Promise.all(
    crew.workers.map(async (worker) => {
      const { slot, life } = worker.settings;
      return { name: worker.name, slot, life, report: await worker.report(reportLimitMs) };
    }),
  );
  const truths = await Promise.all(
    ensemble.servers.map(async (server) => ({ server: server.address, truth: await readTruth(server) })),
  );
  const counters = await Promise.all(ensemble.servers.map((server) => server.counters()));
  const leader = await ensemble.leader();
  return {
    slots: crew.workers.length,
    workers,
    truths,
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
