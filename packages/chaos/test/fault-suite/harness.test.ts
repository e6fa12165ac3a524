import type { ServiceRegistry } from '@ndsr/core';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { beforeAll, describe, expect, it } from 'vitest';
import { seedOf } from '../../src/chance.js';
import { byItself, type Fault } from '../../src/faults/fault.js';
import type { Operation } from '../../src/operations/operation.js';
import { playWorld } from '../../src/world/play-world.js';
import { duties, type WorldReport } from '../../src/world/world-report.js';

const harmless: Fault = {
  name: 'nothing at all',
  timeoutMs: 100,
  lastsMs: 50,
  memory: () => ({ serversAnswer: true, inject: byItself, heal: byItself }),
  zookeeper: () => {
    throw new Error('played in memory only');
  },
};

const held: ServiceRegistry[] = [];
const timers: NodeJS.Timeout[] = [];
const lingering: ServiceRegistry[] = [];

/** Operations of a registry that breaks its promises, each in one way, and what the suite must say of it. */
const broken: readonly [Operation, RegExp][] = [
  [{ name: 'hangs', run: () => new Promise(() => undefined) }, /has not settled within/],
  [
    { name: 'rejects wrongly', run: () => Promise.reject(new RangeError('oops')) },
    /may not reject with RangeError: oops/,
  ],
  [
    {
      name: 'claims what is not so',
      run: async () => true,
      complaints: (subject, _, truth) => subject.standsAt('work/node', truth, { n: 1 }),
    },
    /should be registered, and is not there/,
  ],
  [
    {
      name: 'loses the bytes',
      prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
      run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 2 }),
      complaints: (subject, _, truth) => subject.standsAt('work/node', truth),
    },
    /holds \{"pid":\d+,.*"n":2\}, and held/,
  ],
  [
    {
      name: 'withdraws what should stand',
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
      name: 'calls back for nothing',
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
      name: 'calls back what was let go of',
      run: async (subject) => {
        const log = subject.follow('new');
        const snapshot = await subject.registry.get(log.path);
        subject.letGoOf('new');
        log.callback({ ...snapshot });
      },
    },
    /was called though it had been let go of/,
  ],
  [{ name: 'stays away', run: (subject) => subject.registry.stop() }, /the registry is stopped/],
  [
    {
      name: 'leaves a ghost',
      endsOpen: false,
      run: async (subject) => {
        // The stop is only claimed.
        Object.defineProperty(subject.registry, 'stop', { value: async () => lingering.push(subject.registry) });
      },
    },
    /is left over from a session that is over/,
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
  complaints: (subject, _, truth) => subject.standsAt('work/node', truth, { n: 1 }),
};

function writeOn(registry: ServiceRegistry, path: string): void {
  registry.setData(path, { now: performance.now() }).catch(() => undefined);
}

async function secondRegistry(first: ServiceRegistry, path: string): Promise<ServiceRegistry> {
  if (!(first instanceof MemoryServiceRegistry)) throw new Error('played in memory only');
  const second = new MemoryServiceRegistry({ store: first.store });
  await second.setNode(path, { second: true });
  return second;
}

describe('the suite sees', () => {
  let report: WorldReport;

  beforeAll(async () => {
    const operations = [good, careless, ...broken.map(([operation]) => operation)];
    const seed = seedOf(process.env);
    report = await playWorld({ fault: harmless, backend: 'memory', operations, seed, patienceMs: 4_000 });
    for (const timer of timers) clearInterval(timer);
    held.length = 0;
  }, 180_000);

  it('nothing to complain of where all is well', () => report.verdict(good.name));

  it.each(broken.map(([{ name }, complaint]) => [name, complaint] as const))(
    'a call that %s',
    (name, complaint) => void expect(() => report.verdict(name)).toThrow(complaint),
  );

  it.each([
    [duties.strays, /a careless warning/],
    [duties.rest, /work\/data changed from/],
    [duties.servers, /work\/second is still registered[\s\S]*count \d+ connections/],
    [duties.handles, /of Timeout are open/],
    [duties.memory, /of \d+ stopped registries are still held/],
  ])('a process in which not: %s', (duty, complaint) => void expect(() => report.verdict(duty)).toThrow(complaint));

  it('a cell that nobody looked at', () => {
    expect(() => report.verdict('no such operation')).toThrow("'no such operation' was not looked at");
  });

  it('what happened when: it tells it with each complaint, and how to repeat it', () => {
    expect(() => report.verdict('hangs')).toThrow(
      /nothing at all on memory, NDSR_SEED=\d+\n[\s\S]*ms {2}FAULT[\s\S]*begins/,
    );
  });
});
