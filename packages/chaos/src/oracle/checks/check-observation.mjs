import { checkProcesses, checkSessions } from './check-processes.mjs';
import { checkRegistrations } from './check-registrations.mjs';
import { checkServers } from './check-servers.mjs';
import { checkViews } from './check-views.mjs';

/** @import { Check, Violation, Observation } from './violation.mjs' */

/** @type {readonly Check[]} */
const checks = [checkServers, checkProcesses, checkSessions, checkRegistrations, checkViews];

/**
 * All violations in an observation that was made while nothing changed. Empty when every invariant holds.
 *
 * @param {Observation} observation
 * @returns {Violation[]}
 */
export function checkObservation(observation) {
  return checks.flatMap((check) => check(observation));
}
