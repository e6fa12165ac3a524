import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeSnapshot, RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Servers that can be stopped and restarted, and registries on them. */
interface Ensemble extends AsyncDisposable {
  open(options: RegistryOptions): ServiceRegistry;
  goDown(): Promise<unknown>;
  comeBack(): Promise<unknown>;
}

function memory(): Promise<Ensemble> {
  const store = new MemoryStore();
  return Promise.resolve({
    open: (options) => new MemoryServiceRegistry({ ...options, store }),
    goDown: () => store.goDown(),
    comeBack: () => store.comeBack(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

async function zooKeeper(
  Registry: new (options: RegistryOptions & { readonly servers: string }) => ServiceRegistry,
): Promise<Ensemble> {
  const server = await ZooKeeperServer.start();
  return {
    open: (options) => new Registry({ ...options, servers: server.address }),
    goDown: () => server.kill(),
    comeBack: () => server.restart(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const backends = {
  memory,
  zookeeper: () => zooKeeper(ZooKeeperServiceRegistry),
  'zookeeper-js': () => zooKeeper(ZooKeeperJsServiceRegistry),
  'zookeeper-native': () => zooKeeper(ZooKeeperNativeServiceRegistry),
};

const path = '/production/ssh';
/** Ignores messages about unreachable servers. */
const say = (): undefined => undefined;
const quiet = { debug: say, info: say, warn: say, error: say };

let folder: string;
let cacheFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndsr-'));
  cacheFile = join(folder, 'cache.json');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a cache file dated yesterday; afterwards another server is registered, which the file does not have. */
async function leaveFile(ensemble: Ensemble): Promise<NodeSnapshot> {
  const past = ensemble.open({ cacheFile });
  await past.setData(`${path}/server1:22`, { rack: 'a1' });
  const seen = await past.get(path);
  await past.stop();
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString();
  writeFileSync(
    cacheFile,
    readFileSync(cacheFile, 'utf8').replaceAll(/"savedAt":"[^"]*"/g, `"savedAt":"${yesterday}"`),
  );

  const meanwhile = ensemble.open({});
  await meanwhile.setData(`${path}/server2:22`, { rack: 'b7' });
  await meanwhile.stop();
  return seen;
}

/** The time that this machine takes to read the file now, which every boot from it needs. */
async function timedReading(): Promise<number> {
  const startedAt = performance.now();
  await readFile(cacheFile);
  return performance.now() - startedAt;
}

function middleOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timedGet(registry: ServiceRegistry, told: NodeSnapshot[]): Promise<number> {
  const startedAt = performance.now();
  await registry.get(path, { callback: (snapshot) => told.push(snapshot) });
  return performance.now() - startedAt;
}

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.each(Object.entries(backends))('%s', (_, start) => {
  it('boots from the file with every server down, within 50 ms, and calls back once with the live state when they start', async () => {
    await using ensemble = await start();
    const yesterdays = await leaveFile(ensemble);
    await ensemble.goDown();
    const options: RegistryOptions = { cacheFile, lazy: true, timeoutMs: 10_000, logger: quiet };
    const registries = Array.from({ length: 5 }, () => ensemble.open(options));
    const told = registries.map((): NodeSnapshot[] => []);

    const [took, reading]: [number[], number[]] = [[], []];
    for (const [index, registry] of registries.entries()) {
      reading.push(await timedReading());
      took.push(await timedGet(registry, told[index] ?? []));
    }

    console.log(`get answered after ${took.map((ms) => ms.toFixed(1)).join(', ')} ms`);
    // The median, relative to the speed of the machine: on a busy one everything is slower.
    expect(middleOf(took)).toBeLessThan(Math.max(50, 20 * middleOf(reading)));
    for (const [index, registry] of registries.entries()) {
      expect(told[index]).toEqual([yesterdays]);
      expect(registry.freshness(path)).toMatchObject({ origin: 'cache-file' });
      expect(registry.freshness(path)?.ageMs).toBeGreaterThan(23 * 3_600_000);
    }

    await ensemble.comeBack();
    await until(() => registries.every((registry) => registry.freshness(path)?.origin === 'live'));
    await Promise.all(registries.map((registry) => registry.get(path)));

    for (const calls of told) {
      expect(calls.map(({ children }) => Object.keys(children))).toEqual([
        ['server1:22'],
        ['server1:22', 'server2:22'],
      ]);
      // Unchanged data is still the same object.
      expect(calls[1]?.children['server1:22']).toBe(calls[0]?.children['server1:22']);
    }
    await Promise.all(registries.map((registry) => registry.stop()));
  }, 180_000);
});
