/** @import { Finding, Look } from './finding.mjs' */

/** Remembers the bytes of every registration: one that comes back, with a new session too, carries the same. */
export class LastingBytes {
  /** @type {Map<string, { n: number, name: string, text: string | null }>} by path: what stood there last */
  #known = new Map();

  /**
   * @param {Look} look that has passed all other checks
   * @returns {Finding[]}
   */
  check({ truths, workers }) {
    const truth = truths[0]?.truth;
    return workers.flatMap(({ name, report }) =>
      report.wanted.flatMap(({ path, n }) => {
        const text = truth?.get(path)?.text ?? null;
        const known = this.#known.get(path);
        this.#known.set(path, { n, name, text });
        if (known === undefined || known.n !== n || known.name !== name || known.text === text) return [];
        return [{ kind: 'wrong bytes', text: `${name}: ${path} was ${known.text}, came back as ${text}`, final: true }];
      }),
    );
  }
}
