import { canonical } from './canonical.mjs';

/** @import { Observation } from './checks/violation.mjs' */
/** @import { ServerNodes } from './server-nodes.mjs' */

/** Servers are read one after the other, so they may differ for a moment; a follower must be in sync within 2 s. */
const lastingMs = 12_000;

/** Detects over the observations of one round that the servers' states differ for good. Reports it once. */
export class SplitBrain {
  #now;
  #key = '';
  #since = 0;
  #isReported = false;

  /** @param {() => number} now ms */
  constructor(now) {
    this.#now = now;
  }

  /**
   * The servers that differ from the majority, once that difference has been stable for 12 s; empty otherwise.
   *
   * @param {Observation | undefined} observation
   */
  lasting(observation) {
    const { key, minority } = minorityOf(observation?.serverStates ?? []);
    if (key !== this.#key) {
      this.#key = key;
      this.#since = this.#now();
    }
    if (this.#isReported || minority.length === 0 || this.#now() - this.#since < lastingMs) return [];
    this.#isReported = true;
    return minority;
  }
}

/**
 * @param {readonly { server: string, nodes: ServerNodes }[]} serverStates
 * @returns {{ key: string, minority: string[] }} `key` identifies the difference; `minority` is empty when there is no majority
 */
function minorityOf(serverStates) {
  const states = serverStates.map(({ server, nodes }) => ({ server, state: canonical([...nodes].sort(byPath)) }));
  const held = (/** @type {string} */ state) => states.filter((each) => each.state === state).length;
  const common = states.find(({ state }) => held(state) > states.length / 2)?.state;
  const minority =
    common === undefined ? [] : states.filter(({ state }) => state !== common).map(({ server }) => server);
  return { key: minority.length === 0 ? '' : canonical(states), minority };
}

/**
 * @param {readonly [string, unknown]} a
 * @param {readonly [string, unknown]} b
 */
function byPath([a], [b]) {
  return a < b ? -1 : 1;
}
