import type { ServiceRegistry } from '@ndsr/core';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Fault, nothingToHeal } from '../../src/faults/fault.js';
import { seedOf } from '../../src/random.mjs';
import { type ExperimentReport, invariants } from '../../src/runners/fault-suite/experiment-report.js';
import { runExperiment } from '../../src/runners/fault-suite/run-experiment.js';
import type { Operation } from '../../src/workload/operations/operation.js';

const harmless: Fault = {
  name: 'nothing at all',
  timeoutMs: 100,
  durationMs: 50,
  memory: () => ({ serversAnswer: true, inject: nothingToHeal, heal: nothingToHeal }),
  zookeeper: () => {
    throw new Error('for memory only');
  },
};

const held: ServiceRegistry[] = [];
const timers: NodeJS.Timeout[] = [];
const lingering: ServiceRegistry[] = [];

/** Operations of a broken registry, each with one defect, and the violation that the suite must report. */
const broken: readonly [Operation, RegExp][] = [
  [{ name: 'hangs', run: () => new Promise(() => undefined) }, /has not settled within/],
  [
    { name: 'rejects wrongly', run: () => Promise.reject(new RangeError('oops')) },
    /may not reject with RangeError: oops/,
  ],
  [
    {
      name: 'resolves to true without a registration',
      run: async () => true,
      violations: (subject, _, oracle) => subject.expectRegistered('work/node', oracle, { n: 1 }),
    },
    /should be registered, and is not there/,
  ],
  [
    {
      name: 'loses the data',
      prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
      run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 2 }),
      violations: (subject, _, oracle) => subject.expectRegistered('work/node', oracle),
    },
    /holds \{"pid":\d+,.*"n":2\}, and held/,
  ],
  [
    {
      name: 'deletes a registration',
      run: (subject) => subject.registry.unset(subject.at('standing')),
    },
    /standing should be registered, and is not there/,
  ],
  [
    {
      name: 'calls back twice',
      run: async (subject) => {
        const log = subject.follow('new');
        log.callback(await subject.registry.get(log.path));
      },
    },
    /got an equal value twice in a row/,
  ],
  [
    {
      name: 'calls back without a change',
      run: async (subject) => {
        const log = subject.follow('new');
        const snapshot = await subject.registry.get(log.path);
        log.callback({ ...snapshot, data: { wrong: true } });
      },
    },
    /the last call of a callback: .* is shown as .*"wrong":true/,
  ],
  [
    {
      name: 'calls back after unwatch',
      run: async (subject) => {
        const log = subject.follow('new');
        const snapshot = await subject.registry.get(log.path);
        subject.unwatch('new');
        log.callback({ ...snapshot });
      },
    },
    /was called after it was unwatched/,
  ],
  [{ name: 'stays stopped', run: (subject) => subject.registry.stop() }, /the registry is stopped/],
  [
    {
      name: 'leaves a node behind',
      endsOpen: false,
      run: async (subject) => {
        // A stop that does nothing.
        Object.defineProperty(subject.registry, 'stop', { value: async () => lingering.push(subject.registry) });
      },
    },
    /is left over from a session that has ended/,
  ],
];

const careless: Operation = {
  name: 'is careless',
  run: async (subject) => {
    process.emitWarning('a careless warning');
    held.push(subject.registry);
    timers.push(setInterval(() => undefined, 60_000));
    timers.push(setInterval(() => writeOn(subject.registry, subject.at('work/data')), 20).unref());
    lingering.push(await secondRegistry(subject.registry, subject.at('work/second')));
  },
};

const good: Operation = {
  name: 'is good',
  run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 1 }),
  violations: (subject, _, oracle) => subject.expectRegistered('work/node', oracle, { n: 1 }),
};

function writeOn(registry: ServiceRegistry, path: string): void {
  registry.setData(path, { now: performance.now() }).catch(() => undefined);
}

async function secondRegistry(first: ServiceRegistry, path: string): Promise<ServiceRegistry> {
  if (!(first instanceof MemoryServiceRegistry)) throw new Error('for memory only');
  const second = new MemoryServiceRegistry({ store: first.store });
  await second.setNode(path, { second: true });
  return second;
}

describe('the suite detects', () => {
  let report: ExperimentReport;

  beforeAll(async () => {
    const operations = [good, careless, ...broken.map(([operation]) => operation)];
    const seed = seedOf(process.env);
    report = await runExperiment({ fault: harmless, backend: 'memory', operations, seed, recoveryLimitMs: 4_000 });
    for (const timer of timers) clearInterval(timer);
    held.length = 0;
  }, 180_000);

  it('no violation for a good operation', () => report.assertHolds(good.name));

  it.each(broken.map(([{ name }, violation]) => [name, violation] as const))(
    'a call that %s',
    (name, violation) => void expect(() => report.assertHolds(name)).toThrow(violation),
  );

  it.each([
    [invariants.uncaughtErrors, /a careless warning/],
    [invariants.quiescence, /work\/data changed from/],
    [invariants.servers, /work\/second is still registered[\s\S]*count \d+ connections/],
    [invariants.handles, /of Timeout are open/],
    [invariants.memory, /of \d+ stopped registries are still held/],
  ])(
    'a violation of: %s',
    (invariant, violation) => void expect(() => report.assertHolds(invariant)).toThrow(violation),
  );

  it('a cell that was not checked', () => {
    expect(() => report.assertHolds('no such operation')).toThrow("'no such operation' was not checked");
  });

  it('the timeline and the seed, which are reported with each violation', () => {
    expect(() => report.assertHolds('hangs')).toThrow(
      /nothing at all on memory, NDSR_SEED=\d+\n[\s\S]*ms {2}FAULT[\s\S]*begins/,
    );
  });
});
