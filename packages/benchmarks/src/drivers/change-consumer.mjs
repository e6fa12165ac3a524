import { instance, instancePath } from '../test-bed/data.mjs';

/**
 * @typedef {'changes' | 'one' | 'all'} Consumption what is read at each change: what changed; one child of the service; all its children
 */

/** @typedef {{ consumption: Consumption, mark: string }} Wanted `mark` is in the data of the last change, which is one of `markedName` */

/**
 * @typedef {object} Consumed
 * @property {number} entries changed children that were delivered
 * @property {number} calls
 * @property {number} activeMs for how long the event loop was held
 */

/**
 * @typedef {object} View what a subject shows at a change
 * @property {number} changed the number of children that changed
 * @property {(name: string) => unknown} changedData the data of a changed child; undefined if that child has not changed
 * @property {(name: string) => unknown} data the data of any child
 * @property {() => number} readAll reads all children, and returns how many there are
 */

/** The child that the last change of a series is made to. */
export const markedName = 'host-0';

/** Consumes the changes of a service in one of three ways, until it has seen the last of a series. */
export class ChangeConsumer {
  /** @type {{ wanted: Wanted, entries: number, calls: number, done(): void } | undefined} */
  #series;

  /**
   * Resolves once the marked change was seen.
   *
   * @param {Wanted} wanted
   * @returns {Promise<Consumed>}
   */
  consume(wanted) {
    const before = performance.eventLoopUtilization();
    return new Promise((resolve) => {
      const series = { wanted, entries: 0, calls: 0, done: () => undefined };
      this.#series = series;
      series.done = () => {
        const { active } = performance.eventLoopUtilization(before);
        resolve({ entries: series.entries, calls: series.calls, activeMs: active });
        return undefined;
      };
    });
  }

  /** @param {View} view */
  show({ changed, changedData, data, readAll }) {
    const series = this.#series;
    if (series === undefined) return;
    const { consumption, mark } = series.wanted;
    series.calls += 1;
    series.entries += changed;
    if (consumption === 'all' && readAll() === 0) throw new Error('There are no children');
    if (markOf(consumption === 'changes' ? changedData(markedName) : data(markedName)) !== mark) return;
    this.#series = undefined;
    series.done();
  }
}

/** @param {unknown} data */
function markOf(data) {
  return typeof data === 'object' && data !== null && 'mark' in data ? data.mark : undefined;
}

/**
 * Builds, freezes and reads the children of a service by hand, from data that is there already.
 *
 * @param {number} size
 * @param {number} times
 */
export function recordsByHand(size, times) {
  const names = Array.from({ length: size }, (_, index) => instancePath('', index).slice(1)).sort();
  const values = new Map(names.map((name) => [name, Object.freeze({ ...instance })]));
  for (let time = 0; time < times; time += 1) {
    /** @type {Record<string, unknown>} */
    const record = Object.create(null);
    for (const name of names) record[name] = values.get(name);
    if (readRecord(Object.freeze(record)) !== size) throw new Error('Children are missing');
  }
}

/** @param {Readonly<Record<string, unknown>>} record */
export function readRecord(record) {
  let found = 0;
  for (const name in record) if (record[name] !== undefined) found += 1;
  return found;
}
