import { Growth } from './growth.mjs';

/** @import { Violation, Observation } from '../../oracle/checks/violation.mjs' */
/** @import { Workers } from '../../environment/workers.mjs' */

const mebibyte = 2 ** 20;
/** Fitted growth of a process over the run that exceeds noise. */
const mostHeapGrowth = 16 * mebibyte;
const mostResidentGrowth = 96 * mebibyte;

/** Statistics of a run. */
export class Tally {
  rounds = 0;
  nodes = 0;
  views = 0;
  longestMs = 0;
  /** Servers that differed from the majority and were emptied. */
  minority = 0;
  /** @type {Map<string, number>} */
  faults = new Map();
  /** @type {Map<string, number>} */
  #counts = new Map();
  /** @type {Map<string, { heap: Growth, resident: Growth }>} */
  #growth = new Map();
  /** @type {Map<string, Record<string, number>>} counts of each worker so far */
  #counted = new Map();

  /** @param {string} fault */
  fault(fault) {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  /**
   * Adds an observation without violations. Operations of a worker between its last report and its end are not counted.
   *
   * @param {Observation} observation
   * @param {Workers} workers
   * @param {number} minutes since the start
   */
  take(observation, workers, minutes) {
    const before = this.count('operations');
    for (const { name, report } of observation.workers) {
      this.#addCounts(name, report.counts);
      const worker = workers.all.find((each) => each.name === name);
      if (worker !== undefined && workers.isLongLived(worker)) this.#addGrowth(name, report.resources, minutes);
    }
    const views = observation.workers.reduce(
      (sum, { report }) => sum + report.views.length + report.subscribers.length,
      0,
    );
    const nodes = observation.serverStates[0]?.nodes.size ?? 0;
    this.views += views;
    this.nodes += nodes;
    return { views, nodes, operations: this.count('operations') - before };
  }

  /** @param {string} what */
  count(what) {
    return this.#counts.get(what) ?? 0;
  }

  /** @returns {Violation[]} */
  checkGrowth() {
    return [...this.#growth].flatMap(([name, { heap, resident }]) => [
      ...tooMuch(name, 'heap', heap, mostHeapGrowth),
      ...tooMuch(name, 'resident memory', resident, mostResidentGrowth),
    ]);
  }

  /** @param {{ minutes: number, started: number }} run */
  table({ minutes, started }) {
    const rows = [
      ['minutes', minutes.toFixed(1)],
      ['rounds', String(this.rounds)],
      ['longest recovery', `${(this.longestMs / 1000).toFixed(1)} s`],
      ['processes started', String(started)],
      ['servers reset after a split brain', String(this.minority)],
      ['nodes checked', String(this.nodes)],
      ['views and subscribers checked', String(this.views)],
      ...[...this.faults].sort().map(([name, count]) => [`fault: ${name}`, String(count)]),
      ...[...this.#counts].sort().map(([name, count]) => [`workers: ${name}`, String(count)]),
      ...[...this.#growth].map(([name, { heap, resident }]) => [
        `memory of ${name}`,
        `heap ${perHour(heap)}, resident ${perHour(resident)}`,
      ]),
    ];
    const width = Math.max(...rows.map(([label = '']) => label.length));
    return rows.map(([label = '', value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
  }

  /**
   * @param {string} name
   * @param {Record<string, number>} counts
   */
  #addCounts(name, counts) {
    const before = this.#counted.get(name) ?? {};
    for (const [what, count] of Object.entries(counts)) {
      this.#counts.set(what, this.count(what) + count - (before[what] ?? 0));
    }
    this.#counted.set(name, counts);
  }

  /**
   * @param {string} name
   * @param {{ heap: number, rss: number }} resources
   * @param {number} minutes
   */
  #addGrowth(name, { heap, rss }, minutes) {
    const growth = this.#growth.get(name) ?? { heap: new Growth(), resident: new Growth() };
    this.#growth.set(name, growth);
    growth.heap.add({ minutes, bytes: heap });
    growth.resident.add({ minutes, bytes: rss });
  }
}

/**
 * @param {string} name
 * @param {string} what
 * @param {Growth} growth
 * @param {number} most
 * @returns {Violation[]}
 */
function tooMuch(name, what, growth, most) {
  if (growth.bytes <= most) return [];
  return [
    { kind: 'memory', text: `${name}: ${what} grew by ${mebibytes(growth.bytes)}, ${perHour(growth)}`, final: true },
  ];
}

/** @param {Growth} growth */
function perHour(growth) {
  return `${mebibytes(growth.last)}, slope ${(growth.slope / 1024).toFixed(1)} KiB/min`;
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}
