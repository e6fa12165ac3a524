import { FakeClock } from '@ndsr/test-support';
import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import type { ServiceRegistryError } from '../../src/errors/service-registry-error.js';
import type { NodeSnapshot, SnapshotDetail } from '../../src/node/node-snapshot.js';

import type { DecodedNode } from '../../src/watch/decoded-node.js';
import type { Subscriber } from '../../src/watch/watch-entry.js';
import { WatchStore } from '../../src/watch/watch-store.js';
import { FakeBackend } from '../support/fake-backend.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';

class Recorder implements Subscriber {
  readonly seen: NodeSnapshot[] = [];
  readonly detail: SnapshotDetail;
  closed = 0;
  constructor(detail: SnapshotDetail) {
    this.detail = detail;
  }
  receive({ snapshot }: DecodedNode): void {
    this.seen.push(snapshot);
  }
  close(): void {
    this.closed += 1;
  }
}

async function connected(backend = new FakeBackend()): Promise<FakeBackend> {
  backend.connect(() => undefined);
  await turn();
  return backend;
}

async function open() {
  const clock = new FakeClock();
  const faults: ServiceRegistryError[] = [];
  const watches = new WatchStore({ clock, onFault: (error) => void faults.push(error) });
  const backend = await connected();
  backend.store.put('/a', bytes({ n: 1 }));
  backend.store.put('/a/c', bytes({ c: 1 }));
  watches.attach(backend);
  return { clock, faults, watches, backend };
}

describe('WatchStore', () => {
  it('watches each path once, in the detail that was requested first', async () => {
    const { watches, backend } = await open();
    const entry = watches.open('/a', 'names');
    expect(watches.open('/a', 'names')).toBe(entry);
    expect(watches.get('/a')).toBe(entry);
    expect(watches.get('/b')).toBeUndefined();
    await turn();
    expect(backend.watchesOf('/a').map(({ detail }) => detail)).toEqual(['names']);
    expect({ ...entry.snapshot('names')?.children }).toEqual({ c: null });
    expect(entry.snapshot('data')).toBeUndefined();
    expect(entry.latest).toBe(entry.snapshot('names'));
  });

  it('watches the data too once it is requested; subscribers to names keep receiving names', async () => {
    const { watches, backend } = await open();
    const entry = watches.open('/a', 'names');
    const names = new Recorder('names');
    const data = new Recorder('data');
    entry.subscribe(names);
    await turn();
    watches.open('/a', 'data');
    entry.subscribe(data);
    expect(data.seen).toEqual([]);
    await turn();
    expect(backend.watchesOf('/a').map(({ detail }) => detail)).toEqual(['data']);
    backend.store.put('/a/c', bytes({ c: 2 }));
    await turn();
    expect(data.seen.map(({ children }) => children.c?.c)).toEqual([1, 2]);
    expect(new Set(names.seen).size).toBe(1);
    expect({ ...names.seen.at(-1)?.children }).toEqual({ c: null });
    expect(entry.latest).toBe(entry.snapshot('data'));
    watches.open('/a', 'names');
    expect(backend.watchesOf('/a').map(({ detail }) => detail)).toEqual(['data']);
  });

  it('provides names of a path whose data is watched', async () => {
    const { watches } = await open();
    const entry = watches.open('/a', 'data');
    await turn();
    const names = new Recorder('names');
    entry.subscribe(names);
    expect(names.seen.map(({ children }) => ({ ...children }))).toEqual([{ c: null }]);
    expect(entry.snapshot('names')).toBe(names.seen[0]);
  });

  it('keeps snapshots and subscribers when the backend is detached, and follows the next one', async () => {
    const { watches, backend } = await open();
    const entry = watches.open('/a', 'data');
    const recorder = new Recorder('data');
    entry.subscribe(recorder);
    await turn();
    const known = entry.latest;
    watches.detach();
    expect(backend.watches.size).toBe(0);
    expect(entry.latest).toBe(known);
    const late = watches.open('/b', 'names');
    watches.open('/b', 'data');
    backend.store.put('/a', bytes({ n: 2 }));
    await turn();
    expect(recorder.seen).toHaveLength(1);
    const next = await connected(new FakeBackend(backend.store));
    watches.attach(next);
    await turn();
    expect(recorder.seen.map(({ data }) => data?.n)).toEqual([1, 2]);
    expect(late.latest).toMatchObject({ data: null, stat: null });
    expect(next.watches.size).toBe(2);
  });

  it('removes a path: watch, snapshot, subscribers', async () => {
    const { watches, backend } = await open();
    const entry = watches.open('/a', 'data');
    const recorder = new Recorder('data');
    entry.subscribe(recorder);
    const received: unknown[] = [];
    entry.listen((fault) => received.push(fault?.code));
    watches.remove('/a');
    watches.remove('/never');
    await turn();
    expect(backend.watches.size).toBe(0);
    expect(watches.get('/a')).toBeUndefined();
    expect(recorder).toMatchObject({ seen: [], closed: 1 });
    expect(received).toEqual(['ERR_NDSR_STOPPED']);
    expect(entry.closeError?.message).toBe('unwatch() ended the watch of /a');
    expect(entry.subscribers).toEqual([]);
  });

  it('ends waits with the stop, and keeps the subscribers', async () => {
    const { watches } = await open();
    const entry = watches.open('/a', 'data');
    const recorder = new Recorder('data');
    entry.subscribe(recorder);
    const received: unknown[] = [];
    const off = entry.listen((fault) => received.push(fault?.code));
    watches.stop();
    off();
    watches.stop();
    expect(received).toEqual(['ERR_NDSR_STOPPED']);
    expect(entry.closeError).toBeUndefined();
    expect(entry.subscribers).toEqual([recorder]);
  });
});

describe('subscribers', () => {
  it('are removed by a predicate, and closed', async () => {
    const { watches } = await open();
    const entry = watches.open('/a', 'data');
    const [one, two] = [new Recorder('data'), new Recorder('data')];
    entry.subscribe(one);
    entry.subscribe(two);
    expect(entry.unsubscribe((subscriber) => subscriber === one)).toBe(true);
    expect(entry.unsubscribe((subscriber) => subscriber === one)).toBe(false);
    await turn();
    expect([one.closed, one.seen.length, two.closed, two.seen.length]).toEqual([1, 0, 0, 1]);
  });

  it('may unwatch the path while they are notified', async () => {
    const { watches } = await open();
    const entry = watches.open('/a', 'data');
    const first = new Recorder('data');
    first.receive = () => watches.remove('/a');
    const second = new Recorder('data');
    entry.subscribe(first);
    entry.subscribe(second);
    await turn();
    expect(second.closed).toBe(1);
  });
});

describe('freshness', () => {
  it('is none until a node arrives, then live, then as old as the last message', async () => {
    const { clock, watches, backend } = await open();
    const entry = watches.open('/a', 'data');
    expect(entry.freshness()).toEqual({ origin: 'none', asOf: null, ageMs: null, held: false });
    watches.markStale(0);
    expect(entry.freshness().origin).toBe('none');
    await turn();
    expect(entry.freshness()).toEqual({ origin: 'live', asOf: clock.date(), ageMs: 0, held: false });
    const receivedAt = clock.date();
    await clock.advance(300);
    watches.markStale(300);
    await clock.advance(700);
    watches.markStale(0);
    expect(entry.freshness()).toEqual({ origin: 'last-known', asOf: receivedAt, ageMs: 1_000, held: false });
    backend.watchesOf('/a')[0]?.deliver();
    expect(entry.freshness().origin).toBe('live');
  });

  it('of a live path is as of the last message from the servers', async () => {
    const { clock, watches, backend } = await open();
    const entry = watches.open('/a', 'data');
    await turn();
    const receivedAt = clock.date();
    await clock.advance(400);
    backend.quietMs = 400;
    expect(entry.freshness()).toEqual({ origin: 'live', asOf: receivedAt, ageMs: 400, held: false });
    watches.detach();
    await clock.advance(600);
    expect(entry.freshness()).toEqual({ origin: 'last-known', asOf: receivedAt, ageMs: 1_000, held: false });
  });

  it('of a path with a child that may not be read is live', async () => {
    const { watches, faults } = await open();
    const entry = watches.open('/a', 'data');
    await turn();
    entry.fault(new NotAuthorizedError('/a/c'));
    expect(faults).toHaveLength(1);
    expect(entry.freshness().origin).toBe('live');
    expect(entry.accessError).toBeUndefined();
  });

  it('is a copy that cannot change the entry', async () => {
    const { watches } = await open();
    const entry = watches.open('/a', 'data');
    await turn();
    watches.markStale(0);
    entry.freshness().asOf?.setTime(0);
    expect(entry.freshness().ageMs).toBe(0);
  });

  it('ends with a fault: the snapshot stays, the reason is reported', async () => {
    const { faults, watches, backend } = await open();
    const entry = watches.open('/a', 'data');
    await turn();
    const received: unknown[] = [];
    entry.listen((fault) => received.push(fault));
    const forbidden = new NotAuthorizedError('/a');
    entry.fault(forbidden);
    expect(entry.freshness().origin).toBe('last-known');
    expect([faults, received]).toEqual([[forbidden], [forbidden]]);
    expect(entry.accessError).toBe(forbidden);
    entry.fault(new BackendError('odd'));
    expect(entry.accessError).toBeUndefined();
    entry.fault(forbidden);
    backend.watchesOf('/a')[0]?.deliver();
    expect(entry.accessError).toBeUndefined();
    expect(entry.freshness().origin).toBe('live');
  });
});
