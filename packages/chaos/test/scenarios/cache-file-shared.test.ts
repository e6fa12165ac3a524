import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SavingProcess } from './saving-process.js';

const processes = 8;
const seconds = 20;

let folder: string;
let cacheFile: string;
const running: SavingProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndsr-'));
  cacheFile = join(folder, 'cache.json');
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.kill()));
  rmSync(folder, { recursive: true, force: true });
});

/** The paths in the file; empty when it does not exist. Throws when it is damaged. */
function read(): string[] {
  let text: string;
  try {
    text = readFileSync(cacheFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return Object.keys(JSON.parse(text).nodes);
}

async function readUntil(signal: AbortSignal): Promise<{ reads: number; shrank: number }> {
  let [reads, shrank, most] = [0, 0, 0];
  while (!signal.aborted) {
    const count = read().length;
    if (count < most) shrank += 1;
    most = Math.max(most, count);
    reads += 1;
    await sleep(10);
  }
  return { reads, shrank };
}

it(`${processes} processes save to one file, one is killed each second: the file is never damaged, and nothing is lost`, async () => {
  const all: SavingProcess[] = [];
  const begin = (): void => {
    const one = new SavingProcess(cacheFile, `p${all.length}`);
    all.push(one);
    running.push(one);
  };
  for (let count = 0; count < processes; count += 1) begin();
  while (read().length === 0) await sleep(10);

  const over = new AbortController();
  const reading = readUntil(over.signal);
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1_000);
    // The oldest, so that each has its turn.
    await running.shift()?.kill();
    begin();
  }
  await Promise.all(running.splice(0).map((one) => one.kill()));
  over.abort();
  const { reads, shrank } = await reading;

  const saved = all.flatMap((one) => one.saved);
  console.log(`${saved.length} saves, ${all.length} processes killed, ${reads} reads, ${read().length} entries`);
  expect(all.flatMap((one) => one.complaints)).toEqual([]);
  expect(shrank, 'reads that found fewer entries than one before').toBe(0);
  expect(saved.length).toBeGreaterThan(processes * 5);
  expect(saved.filter((path) => !new Set(read()).has(path))).toEqual([]);

  // The next process that saves cleans up after killed ones.
  const registry = new MemoryServiceRegistry({ cacheFile });
  await registry.setData('/last');
  await registry.get('/last');
  await registry.stop();
  expect(readdirSync(folder)).toEqual(['cache.json']);
  expect(new Set(read())).toEqual(new Set([...read(), ...saved, '/last']));
}, 240_000);
