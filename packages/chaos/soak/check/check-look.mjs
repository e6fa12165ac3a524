import { checkProcesses, checkSessions } from './processes.mjs';
import { checkRegistrations } from './registrations.mjs';
import { checkServers } from './servers.mjs';
import { checkViews } from './views.mjs';

/** @import { Check, Finding, Look } from './finding.mjs' */

/** @type {readonly Check[]} */
const checks = [checkServers, checkProcesses, checkSessions, checkRegistrations, checkViews];

/**
 * All that is not as it must be after a quiet period. Empty: all is well.
 *
 * @param {Look} look
 * @returns {Finding[]}
 */
export function checkLook(look) {
  return checks.flatMap((check) => check(look));
}
