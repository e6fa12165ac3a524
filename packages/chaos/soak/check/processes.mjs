/** @import { Check, Finding, WorkerSight } from './finding.mjs' */

/** Three to the coordinator, one to a server, and one more for a moment. */
const mostSockets = 5;

/**
 * Every worker is connected, waits for nothing, and has met nothing that must never happen.
 *
 * @type {Check}
 */
export function checkProcesses({ workers }) {
  return workers.flatMap((worker) => [...checkTrouble(worker), ...checkRest(worker)]);
}

/**
 * The servers keep a session and a connection for each worker, and no more.
 *
 * @type {Check}
 */
export function checkSessions({ workers, sessions, connections }) {
  const owned = new Map(workers.map(({ name, report }) => [report.sessionId, name]));
  const leaked = sessions.filter((id) => !owned.has(id));
  const unknown = [...owned].filter(([id]) => id === null || !sessions.includes(id));
  /** @type {Finding[]} */
  const findings = [
    ...leaked.map((id) => ({ kind: 'leaked session', text: `the servers keep session ${id}, which is nobody's` })),
    ...unknown.map(([id, name]) => ({ kind: 'no session', text: `${name}: the servers know no session ${id}` })),
  ];
  if (connections !== workers.length) {
    findings.push({ kind: 'connections', text: `${connections} connections for ${workers.length} workers` });
  }
  return findings;
}

/**
 * @param {WorkerSight} worker
 * @returns {Finding[]}
 */
function checkTrouble({ name, report }) {
  return report.trouble.map((text) => ({ kind: 'trouble', text: `${name}: ${text}`, final: true }));
}

/**
 * @param {WorkerSight} worker
 * @returns {Finding[]}
 */
function checkRest({ name, report }) {
  const { phase, pending, resources } = report;
  /** @type {Finding[]} */
  const findings = pending.map(({ call, forTicks }) => ({
    kind: 'call pending',
    text: `${name}: ${call} for ${forTicks} s`,
  }));
  if (phase !== 'connected') findings.push({ kind: 'not connected', text: `${name} is ${phase}` });
  if (resources.sockets !== null && resources.sockets > mostSockets) {
    findings.push({ kind: 'sockets', text: `${name} has ${resources.sockets} sockets open` });
  }
  return findings;
}
