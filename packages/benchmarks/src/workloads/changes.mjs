import { setTimeout as sleep } from 'node:timers/promises';
import { markedName } from '../drivers/change-consumer.mjs';
import { allSubjects, pairs, subjects } from '../subjects.mjs';
import { instance, instancePath } from '../test-bed/data.mjs';

/** @import { Workload } from './workload.mjs' */
/** @import { TestBed } from '../test-bed/test-bed.mjs' */
/** @import { Consumed, Consumption } from '../drivers/change-consumer.mjs' */

const small = 10;
const pauseMs = 4;
/** A process that watches a service runs for long, so its code is compiled. That takes about 2,000 changes. */
const warmUp = 3_000;
const changesInBlock = 100;
const blocks = 5;
/** For what costs more at each change. */
const fewerInBlock = 25;
const fewerBlocks = 2;
const recordsByHand = 20;

/** kazoo watches each instance by two requests, one after the other, which takes minutes in a large service. */
const inLarge = ['memory', ...pairs];

/** @type {Workload} */
export const changes = {
  name: 'changes',
  title: `Changes of one instance at a time, ${pauseMs} ms apart, and in turns with changes in a service of ${small}; in memory the same process makes them`,
  figures: [
    { name: 'cpu', title: 'time of a processor for each, using what changed only', unit: 'µs', better: 'less' },
    { name: 'growth', title: `the same, ÷ that in the service of ${small}`, unit: '', better: 'less' },
    { name: 'active', title: 'for how long each holds the event loop', unit: 'µs', better: 'less' },
    { name: 'activeGrowth', title: `the same, ÷ that in the service of ${small}`, unit: '', better: 'less' },
    { name: 'entries', title: `changes delivered, of ${blocks * changesInBlock}`, unit: '', better: 'more' },
    { name: 'one', title: 'time of a processor for each, reading one child', unit: 'µs', better: 'less' },
    { name: 'all', title: 'time of a processor for each snapshot, reading all children', unit: 'µs', better: 'less' },
    { name: 'byHand', title: 'the same, ÷ building, freezing and reading that record', unit: '', better: 'less' },
    { name: 'heap', title: 'heap for each instance', unit: 'bytes', better: 'less' },
  ],
  growth: 'cpu',
  cases: [
    { name: `${small}`, size: small, subjects: allSubjects },
    { name: '1000', size: 1_000, subjects: allSubjects },
    { name: '5000', size: 5_000, subjects: inLarge },
    { name: '20000', size: 20_000, subjects: inLarge },
  ],
  quickCases: [
    { name: `${small}`, size: small, subjects: ['@ndsr/zookeeper', 'zookeeper-js', 'node-zookeeper-client'] },
    { name: '20000', size: 20_000, subjects: ['memory', '@ndsr/zookeeper', 'zookeeper-js'] },
  ],
  async run(testBed, size) {
    const { root, backgroundLoad } = testBed;
    await testBed.open();
    const [few, many] = [`${root}/few`, `${root}/many`];
    await backgroundLoad.create([few, many, ...instances(few, small), ...instances(many, size)]);
    await testBed.ask('follow', { path: few });
    const before = await heap(testBed);
    await testBed.ask('follow', { path: many });
    const heapBytes = ((await heap(testBed)) - before) / size;
    const series = new Series(testBed);
    await series.run(few, small, 'changes', warmUp, 0);
    await series.run(many, size, 'changes', changesInBlock, 0);
    const [inFew, inMany] = [new Total(), new Total()];
    for (let block = 0; block < blocks; block += 1) {
      inFew.add(await series.run(few, small, 'changes', changesInBlock));
      inMany.add(await series.run(many, size, 'changes', changesInBlock));
    }
    const [one, all] = [new Total(), new Total()];
    for (let block = 0; block < fewerBlocks; block += 1) {
      one.add(await series.run(many, size, 'one', fewerInBlock));
      all.add(await series.run(many, size, 'all', fewerInBlock));
    }
    return {
      cpu: inMany.cpu,
      ...inLargeOnly('growth', inMany.cpu / inFew.cpu, size),
      ...(testBed.subject === 'kazoo' ? {} : { active: inMany.active }),
      ...inLargeOnly('activeGrowth', inMany.active / inFew.active, size),
      ...inLargeOnly('entries', inMany.entries, size),
      ...inLargeOnly('heap', heapBytes, size),
      one: one.cpu,
      all: all.cpuOfCall,
      ...(isOurs(testBed) ? inLargeOnly('byHand', all.cpuOfCall / (await recordByHand(testBed, size)), size) : {}),
    };
  },
};

/** The sums of several series. */
class Total {
  entries = 0;
  #changes = 0;
  #calls = 0;
  #cpuMs = 0;
  #activeMs = 0;

  /** @param {Consumed & { changes: number, cpuMs: number }} series */
  add({ changes: made, entries, calls, cpuMs, activeMs }) {
    this.#changes += made;
    this.entries += entries;
    this.#calls += calls;
    this.#cpuMs += cpuMs;
    this.#activeMs += activeMs;
  }

  /** For each change, µs. */
  get cpu() {
    return (this.#cpuMs * 1_000) / this.#changes;
  }

  /** For each call of the consumer, µs. */
  get cpuOfCall() {
    return (this.#cpuMs * 1_000) / this.#calls;
  }

  /** For each change, µs. */
  get active() {
    return (this.#activeMs * 1_000) / this.#changes;
  }
}

/** Makes changes, each in another instance as long as there are some, and has them consumed. */
class Series {
  #testBed;
  #made = 0;

  /** @param {TestBed} testBed */
  constructor(testBed) {
    this.#testBed = testBed;
  }

  /**
   * @param {string} path
   * @param {number} size
   * @param {Consumption} consumption
   * @param {number} count
   * @param {number} [ms] the pause between two changes
   */
  async run(path, size, consumption, count, ms = pauseMs) {
    const mark = `${consumption}-${this.#made}`;
    const asked = this.#testBed.ask('consume', { path, consumption, mark });
    for (let left = count; left > 0; left -= 1) {
      this.#made += 1;
      const name = left === 1 ? markedName : `host-${1 + (this.#made % (size - 1))}`;
      const data = { ...instance, change: this.#made, mark: left === 1 ? mark : '' };
      await this.#testBed.backgroundLoad.write(`${path}/${name}`, data);
      if (ms > 0) await sleep(ms);
    }
    const { result, cpuMs } = await asked;
    return { .../** @type {Consumed} */ (result), changes: count, cpuMs };
  }
}

/**
 * A figure that says something only where there are more instances than in the small service.
 *
 * @param {string} name
 * @param {number} value
 * @param {number} size
 * @returns {Record<string, number>}
 */
function inLargeOnly(name, value, size) {
  return size === small || !Number.isFinite(value) ? {} : { [name]: value };
}

/** @param {TestBed} testBed */
function isOurs({ subject }) {
  return subjects.some(({ name, ours }) => ours && name === subject);
}

/**
 * Time of a processor for one record, µs.
 *
 * @param {TestBed} testBed
 * @param {number} size
 */
async function recordByHand(testBed, size) {
  await testBed.ask('recordsByHand', { size, times: recordsByHand });
  const { cpuMs } = await testBed.ask('recordsByHand', { size, times: recordsByHand });
  return (cpuMs * 1_000) / recordsByHand;
}

/** @param {TestBed} testBed */
async function heap(testBed) {
  return /** @type {{ heap: number }} */ ((await testBed.ask('memory')).result).heap;
}

/**
 * @param {string} service
 * @param {number} count
 */
function instances(service, count) {
  return Array.from({ length: count }, (_, index) => instancePath(service, index));
}
