import { afterEach, describe, expect, it } from 'vitest';
import type { RegistryLock } from '../../src/lock/registry-lock.js';
import type { NodeSnapshot } from '../../src/node/node-snapshot.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const pid = process.pid;

function setPid(otherPid: number): void {
  Object.defineProperty(process, 'pid', { value: otherPid, configurable: true, enumerable: true, writable: false });
}

afterEach(() => setPid(pid));

async function registered(): Promise<FakeRegistry> {
  const registry = await startedRegistry({ timeoutMs: 6_000 });
  await registry.setNode('/a', { x: 1 });
  await registry.get('/a');
  await turn();
  registry.told.splice(0);
  return registry;
}

const changes: [string, (registry: FakeRegistry) => void, string][] = [
  [
    'was suspended',
    ({ clock }) => clock.jump(6_001),
    'The process was suspended for 6001 ms, or the system clock was set',
  ],
  ['has a new process id', () => setPid(pid + 1), `The process id changed from ${pid} to ${pid + 1}`],
];

describe.each(changes)('a process that %s', (_, change, expectedReason) => {
  const calls: [string, (registry: FakeRegistry) => unknown][] = [
    ['start', (registry) => registry.start()],
    ['setNode', (registry) => registry.setNode('/b')],
    ['setData', (registry) => registry.setData('/c')],
    ['unset', (registry) => registry.unset('/d')],
    ['get of a known path', (registry) => registry.get('/a')],
    ['get with options', (registry) => registry.get('/a', { children: 'data' })],
    ['get of a new path', (registry) => registry.get('/e')],
    ['addCallback', (registry) => registry.addCallback('/a', () => undefined)],
    ['watch', (registry) => registry.watch('/a')],
    ['acquireLock', (registry) => registry.acquireLock('/lock')],
    ['releaseLock', (registry) => registry.releaseLock('/lock')],
    ['acquire of a lock', (registry) => registry.getLock('/lock').acquire()],
    ['release of a lock', (registry) => registry.getLock('/lock').release()],
    ['holders of a lock', (registry) => registry.getLock('/lock').holders()],
    ['lead of an election', (registry) => registry.getElection('/election').lead(() => undefined)],
    ['leader of an election', (registry) => registry.getElection('/election').leader()],
    ['contenders of an election', (registry) => registry.getElection('/election').contenders()],
  ];

  it.each(calls)('gets a new session at the next call: %s', async (_name, call) => {
    const registry = await registered();
    const before = registry.backend.session?.id;
    const text = registry.store.text('/a');
    change(registry);
    const outcome = new Outcome(Promise.resolve(call(registry)));
    expect(registry.phase).toBe('lost');
    await turn(10);
    expect(outcome.state).toBe('fulfilled');
    expect(registry.backends).toHaveLength(2);
    expect(registry.phase).toBe('connected');
    expect(registry.backend.session?.id).not.toBe(before);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    expect(registry.store.text('/a')).toBe(text);
    expect(registry.logger.lines.filter((line) => line.startsWith('warn'))).toEqual([
      `warn Connection lost, session ${before?.toString(16).padStart(16, '0')}: ${expectedReason}`,
    ]);
    await expectQuietAfterStop(registry);
  });

  const reads: [string, (lock: RegistryLock) => unknown, unknown][] = [
    ['status', (lock) => lock.status, false],
    ['lost', (lock) => lock.lost.aborted, true],
    ['fencingToken', (lock) => lock.fencingToken, undefined],
  ];

  it.each(reads)('has lost its locks as soon as it reads their %s', async (_name, read, expected) => {
    const registry = await registered();
    const lock = await registry.getLock('/lock').hold();
    const { lost } = lock;
    await turn();
    change(registry);
    expect(read(lock)).toBe(expected);
    expect([registry.phase, lost.aborted, lock.status]).toEqual(['lost', true, false]);
    await turn(10);
    expect([registry.phase, lock.status]).toEqual(['connected', false]);
    expect(registry.store.read('/lock', 'names').children.size).toBe(0);
    expect(await lock.acquire()).toBe(true);
    await expectQuietAfterStop(registry);
  });

  it('delays calls that need the connection, and returns known snapshots at once', async () => {
    const registry = await registered();
    const known = registry.peek('/a');
    registry.prepare = (backend) => {
      backend.reachable = false;
    };
    change(registry);
    const get = new Outcome<NodeSnapshot>(registry.get('/a'));
    const set = new Outcome(registry.setNode('/b'));
    await turn();
    expect(get.value).toBe(known);
    expect(registry.freshness('/a')?.origin).toBe('last-known');
    expect(set.state).toBe('pending');
    registry.backend.up();
    await turn();
    expect(set.value).toBe(true);
  });

  it('keeps trying when no server answers in time', async () => {
    const registry = await registered();
    registry.prepare = (backend) => {
      backend.reachable = false;
    };
    change(registry);
    const start = new Outcome(registry.start());
    const set = new Outcome(registry.setNode('/b'));
    await registry.clock.advance(6_000);
    expect([start.code, set.code]).toEqual(['ERR_NDSR_NO_CONNECTION', 'ERR_NDSR_NO_CONNECTION']);
    expect(registry.backend.closed).toBe(false);
    registry.backend.up();
    await turn();
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    await expectQuietAfterStop(registry);
  });

  it('opens one new session, even if many calls detect the change', async () => {
    const registry = await registered();
    change(registry);
    await Promise.all([registry.setNode('/b'), registry.get('/a'), registry.get('/e'), registry.start()]);
    expect(registry.backends).toHaveLength(2);
  });

  it('does nothing while no backend is open', async () => {
    const registry = await registered();
    await registry.stop();
    change(registry);
    await registry.start();
    await registry.get('/a');
    expect(registry.backends).toHaveLength(2);
    expect(registry.told.filter((line) => line.startsWith('phase'))).toEqual([
      'phase stopped',
      'phase connecting',
      'phase connected',
    ]);
  });

  it('logs a line of its own if no phase changes', async () => {
    const registry = await registered();
    registry.backend.lose();
    registry.logger.lines.length = 0;
    change(registry);
    await registry.get('/a');
    await turn();
    expect(registry.phase).toBe('connected');
    expect(registry.logger.lines.filter((line) => line.startsWith('warn'))).toEqual([
      `warn ${expectedReason}; opening a new session`,
    ]);
  });

  it('reports a backend that cannot be created again', async () => {
    const registry = await registered();
    registry.prepare = () => {
      throw new Error('gone');
    };
    change(registry);
    await registry.get('/a');
    await turn();
    expect(registry.faults.map(({ message }) => message)).toEqual(['gone']);
    registry.prepare = () => undefined;
    expect(await registry.setNode('/b')).toBe(true);
  });
});

describe('a clock', () => {
  it.each([
    ['that jumps backwards', -86_400_000],
    ['that jumps by less than the session timeout', 6_000],
  ])('%s changes nothing', async (_, ms) => {
    const registry = await registered();
    registry.clock.jump(ms);
    await registry.get('/a');
    await registry.setNode('/b');
    expect(registry.backends).toHaveLength(1);
    expect(registry.told.filter((line) => line.startsWith('phase'))).toEqual([]);
  });

  it('that jumped before the session was lost and replaced is ignored', async () => {
    const registry = await registered();
    registry.clock.jump(60_000);
    registry.backend.lose();
    registry.backend.up();
    await registry.get('/a');
    expect(registry.backends).toHaveLength(1);
  });

  it('that jumped before the same session was resumed is not', async () => {
    const registry = await registered();
    registry.clock.jump(60_000);
    registry.backend.suspend();
    registry.backend.up();
    await registry.get('/a');
    await turn();
    expect(registry.backends).toHaveLength(2);
  });
});
