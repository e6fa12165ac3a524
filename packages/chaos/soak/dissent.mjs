import { canonical } from './canonical.mjs';

/** @import { Look } from './check/finding.mjs' */
/** @import { Truth } from './truth.mjs' */

/** Truths are read one after the other, so servers may differ for a moment; a follower has to be in step within 2 s. */
const lastingMs = 12_000;

/** Watches, over the looks of one round, whether the servers are of two minds. It says so once. */
export class Dissent {
  #now;
  #key = '';
  #since = 0;
  #isTold = false;

  /** @param {() => number} now ms */
  constructor(now) {
    this.#now = now;
  }

  /**
   * The servers that differ from the majority, when nothing about that has changed for a while; else none.
   *
   * @param {Look | undefined} look
   */
  lasting(look) {
    const { key, astray } = split(look?.truths ?? []);
    if (key !== this.#key) {
      this.#key = key;
      this.#since = this.#now();
    }
    if (this.#isTold || astray.length === 0 || this.#now() - this.#since < lastingMs) return [];
    this.#isTold = true;
    return astray;
  }
}

/**
 * @param {readonly { server: string, truth: Truth }[]} truths
 * @returns {{ key: string, astray: string[] }} `key` says who has what; nobody is astray where no majority agrees
 */
function split(truths) {
  const minds = truths.map(({ server, truth }) => ({ server, mind: canonical([...truth].sort(byPath)) }));
  const held = (/** @type {string} */ mind) => minds.filter((each) => each.mind === mind).length;
  const common = minds.find(({ mind }) => held(mind) > minds.length / 2)?.mind;
  const astray = common === undefined ? [] : minds.filter(({ mind }) => mind !== common).map(({ server }) => server);
  return { key: astray.length === 0 ? '' : canonical(minds), astray };
}

/**
 * @param {readonly [string, unknown]} a
 * @param {readonly [string, unknown]} b
 */
function byPath([a], [b]) {
  return a < b ? -1 : 1;
}
