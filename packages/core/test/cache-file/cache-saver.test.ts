import { FakeClock, turn } from '@ndsr/test-support';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CacheContent } from '../../src/cache-file/cache-content.js';
import { CacheSaver } from '../../src/cache-file/cache-saver.js';
import { WatchEntry } from '../../src/watch/watch-entry.js';
import { rawNode } from '../support/raw-nodes.js';
import { RecordingLogger } from '../support/recording-logger.js';

const hour = 3_600_000;

let clock: FakeClock;
let saves: CacheContent[];
let answers: boolean[];
let saver: CacheSaver;

beforeEach(() => {
  clock = new FakeClock();
  saves = [];
  answers = [];
  saver = new CacheSaver({
    clock,
    random: () => 0.5,
    logger: new RecordingLogger(),
    save: async (news) => {
      saves.push(news);
      return answers.shift() ?? true;
    },
  });
});

/** An entry whose persister is the saver. */
function entryOf(path: string): WatchEntry {
  const keeper = { onOpened: () => undefined, onUpdated: (one: WatchEntry) => saver.record(one) };
  return new WatchEntry(path, 'data', { clock, onFault: () => undefined }, keeper);
}

function deliver(entry: WatchEntry, n: number): void {
  entry.node({ ...rawNode({ n }), path: entry.path });
}

/** The path and data of each save. */
function saved(): string[][] {
  return saves.map((content) =>
    [...content.values()].map(({ line }) => line.replace(/^"([^"]*)":\{"data":(\{.*?\}).*/, '$1 $2')),
  );
}

describe('changes', () => {
  it('are saved together, a second after the first, the latest of each path', async () => {
    const [a, b] = [entryOf('/a'), entryOf('/b')];
    deliver(a, 1);
    await clock.advance(500);
    deliver(b, 1);
    deliver(a, 2);
    await clock.advance(499);
    expect(saves).toEqual([]);
    await clock.advance(1);
    expect(saved()).toEqual([['/a {"n":2}', '/b {"n":1}']]);
  });

  it('that continue are saved once a second', async () => {
    const a = entryOf('/a');
    for (let n = 0; n < 100; n++) {
      deliver(a, n);
      await clock.advance(100);
    }
    expect(saves.length).toBe(10);
  });

  it('set no timer while there are none', async () => {
    const a = entryOf('/a');
    deliver(a, 1);
    await clock.advance(1_000);
    deliver(a, 1);
    expect(clock.pending).toBe(0);
    await clock.advance(hour);
    expect(saves.length).toBe(1);
  });

  it('never keep the process alive by themselves', () => {
    deliver(entryOf('/a'), 1);
    expect(clock.pending).toBe(1);
    expect(clock.pendingForeground).toBe(0);
  });
});

it('a value that is received again after an hour is saved again, with the new time', async () => {
  const a = entryOf('/a');
  deliver(a, 1);
  await clock.advance(1_000);
  const first = saves[0]?.get('/a')?.savedAt ?? 0;
  await clock.advance(hour);
  deliver(a, 1);
  await clock.advance(1_000);
  expect(saves.length).toBe(2);
  expect(saves[1]?.get('/a')?.savedAt).toBe(first + hour + 1_000);
});

describe('a save that fails', () => {
  it('is retried after growing pauses, up to 30 s, with the changes since', async () => {
    answers = Array.from({ length: 8 }, () => false);
    const a = entryOf('/a');
    deliver(a, 1);
    deliver(entryOf('/b'), 1);
    const times: number[] = [];
    for (let second = 0; second < 130; second++) {
      if (second === 5) deliver(a, 2);
      const before = saves.length;
      await clock.advance(1_000);
      if (saves.length > before) times.push(second + 1);
    }
    expect(times).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
    expect(saved()[1]).toEqual(['/a {"n":1}', '/b {"n":1}']);
    expect(saved()[7]).toEqual(['/a {"n":2}', '/b {"n":1}']);
  });

  it('goes back to a second when one has succeeded', async () => {
    answers = [false, false, true];
    const a = entryOf('/a');
    deliver(a, 1);
    await clock.advance(7_000);
    expect(saves.length).toBe(3);
    deliver(a, 2);
    await clock.advance(1_000);
    expect(saves.length).toBe(4);
  });
});

describe('flush', () => {
  it('saves pending changes at once, and leaves no timer', async () => {
    deliver(entryOf('/a'), 1);
    await saver.flush();
    expect(saved()).toEqual([['/a {"n":1}']]);
    expect(clock.pending).toBe(0);
  });

  it('saves nothing when there are no changes', async () => {
    await saver.flush();
    expect(saves).toEqual([]);
  });

  it('waits for the save in progress, and saves the changes that arrived during it', async () => {
    const a = entryOf('/a');
    deliver(a, 1);
    await clock.advance(1_000);
    deliver(a, 2);
    await clock.advance(999);
    const flushing = saver.flush();
    deliver(a, 3);
    await flushing;
    await turn();
    expect(saved()).toEqual([['/a {"n":1}'], ['/a {"n":3}']]);
  });

  it('gives up when it fails, and leaves no timer; unsaved changes are saved later', async () => {
    answers = [false];
    deliver(entryOf('/a'), 1);
    await saver.flush();
    expect(saves.length).toBe(1);
    expect(clock.pending).toBe(0);
    await saver.flush();
    expect(saved()[1]).toEqual(['/a {"n":1}']);
  });
});
