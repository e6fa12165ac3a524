/** @import { Check, Violation, ObservedWorker } from './violation.mjs' */

/** Three to the coordinator, one to a server, and one more during a reconnect. */
const mostSockets = 5;

/**
 * Every worker is connected, has no pending call, and has reported nothing that must never happen.
 *
 * @type {Check}
 */
export function checkProcesses({ workers }) {
  return workers.flatMap((worker) => [...checkTrouble(worker), ...checkRest(worker)]);
}

/**
 * The servers have exactly one session and one connection for each worker.
 *
 * @type {Check}
 */
export function checkSessions({ workers, sessions, connections }) {
  const owned = new Map(workers.map(({ name, report }) => [report.sessionId, name]));
  const leaked = sessions.filter((id) => !owned.has(id));
  const unknown = [...owned].filter(([id]) => id === null || !sessions.includes(id));
  /** @type {Violation[]} */
  const violations = [
    ...leaked.map((id) => ({
      kind: 'leaked session',
      text: `the servers have session ${id}, which belongs to no worker`,
    })),
    ...unknown.map(([id, name]) => ({ kind: 'no session', text: `${name}: the servers have no session ${id}` })),
  ];
  if (connections !== workers.length) {
    violations.push({ kind: 'connections', text: `${connections} connections for ${workers.length} workers` });
  }
  return violations;
}

/**
 * @param {ObservedWorker} worker
 * @returns {Violation[]}
 */
function checkTrouble({ name, report }) {
  return report.trouble.map((text) => ({ kind: 'trouble', text: `${name}: ${text}`, final: true }));
}

/**
 * @param {ObservedWorker} worker
 * @returns {Violation[]}
 */
function checkRest({ name, report }) {
  const { phase, pending, resources } = report;
  /** @type {Violation[]} */
  const violations = pending.map(({ call, forTicks }) => ({
    kind: 'call pending',
    text: `${name}: ${call} for ${forTicks} s`,
  }));
  if (phase !== 'connected') violations.push({ kind: 'not connected', text: `${name} is ${phase}` });
  if (resources.sockets !== null && resources.sockets > mostSockets) {
    violations.push({ kind: 'sockets', text: `${name} has ${resources.sockets} sockets open` });
  }
  return violations;
}
