/** @import { Violation, Observation } from './violation.mjs' */

/** Checks that the bytes of a registration stay the same when it is re-created, also with a new session. */
export class StableBytes {
  /** @type {Map<string, { n: number, name: string, text: string | null }>} by path: the bytes seen last */
  #known = new Map();

  /**
   * @param {Observation} observation without other violations
   * @returns {Violation[]}
   */
  check({ serverStates, workers }) {
    const nodes = serverStates[0]?.nodes;
    return workers.flatMap(({ name, report }) =>
      report.wanted.flatMap(({ path, n }) => {
        const text = nodes?.get(path)?.text ?? null;
        const known = this.#known.get(path);
        this.#known.set(path, { n, name, text });
        if (known === undefined || known.n !== n || known.name !== name || known.text === text) return [];
        return [{ kind: 'wrong bytes', text: `${name}: ${path} was ${known.text}, came back as ${text}`, final: true }];
      }),
    );
  }
}
