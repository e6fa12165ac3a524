import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from '../chance.js';
import { type Fault, openSite } from '../faults/fault.js';
import type { Operation } from '../operations/operation.js';
import type { BackendName, Site } from '../sites/site.js';
import { heapInUse } from './heap.js';
import { openHandles, tooManyHandles } from './open-handles.js';
import { Strays } from './strays.js';
import { Timeline } from './timeline.js';
import { trialsRoot } from './trial.js';
import { World, type WorldOptions } from './world.js';
import { duties, WorldReport } from './world-report.js';

export interface Play {
  readonly fault: Fault;
  readonly backend: BackendName;
  readonly operations: readonly Operation[];
  readonly seed: number;
  /** How long after the fault all must be well again, apart from what its session timeout takes, ms. @default 15000 */
  readonly patienceMs?: number;
}

/** More than the noise of a heap that was just collected, and less than what sixty registries take. */
const heapToleranceBytes = 4 * 1024 * 1024;
const closingMs = 5_000;

/** Injects `fault` once on `backend`, with all `operations` around it. */
export async function playWorld({ fault, backend, operations, seed, patienceMs = 60_000 }: Play): Promise<WorldReport> {
  const timeline = new Timeline();
  const report = new WorldReport({ fault: fault.name, backend, seed }, timeline);
  const chance = new Chance(seed).of(fault.name).of(backend);
  const strays = new Strays();
  try {
    const site = await openSite(fault, backend, chance);
    try {
      await playAt({ fault, site, operations, chance, timeline, report, patienceMs });
    } finally {
      await site.close();
    }
    report.found(duties.strays, strays.found);
    return report;
  } catch (error) {
    const stray = strays.found.map((one) => `\n${one}`).join('');
    throw report.failure(duties.crowd, `${error instanceof Error ? error.stack : String(error)}${stray}`, error);
  } finally {
    strays[Symbol.dispose]();
  }
}

async function playAt(options: WorldOptions): Promise<void> {
  const { site, report } = options;
  await warmUp(site);
  const handles = openHandles();
  const heap = await heapInUse();
  const registries = await playAndForget(options);
  report.found(duties.servers, await leftAtServers(site));
  report.found(duties.handles, await tooManyHandles(handles, closingMs));
  report.found(duties.memory, await leftInMemory(registries, heap));
}

/** In a function of its own: nothing but weak references may come out of it. */
async function playAndForget(options: WorldOptions): Promise<WeakRef<object>[]> {
  const world = new World(options);
  await world.play();
  return world.registries();
}

/** What is loaded or made once in a process is no leak. */
async function warmUp(site: Site): Promise<void> {
  const registry = site.registry({});
  await registry.setNode('/warm-up/node', { warm: true });
  await registry.get('/warm-up', { callback: () => undefined });
  await registry.stop();
  const witness = await site.witness();
  await witness.read('/warm-up');
  await witness.close();
}

async function leftAtServers(site: Site): Promise<string[]> {
  const witness = await site.witness();
  const truth = await witness.read(trialsRoot);
  await witness.close();
  const nodes = truth.ephemerals().map((path) => `${path} is still registered`);
  const deadline = performance.now() + closingMs;
  let connections = await site.connections();
  while (connections > 0 && performance.now() < deadline) {
    await sleep(50);
    connections = await site.connections();
  }
  return connections === 0 ? nodes : [...nodes, `the servers count ${connections} connections`];
}

async function leftInMemory(registries: readonly WeakRef<object>[], heapBefore: number): Promise<string[]> {
  const grown = (await heapInUse()) - heapBefore;
  const held = registries.filter((reference) => reference.deref() !== undefined).length;
  const complaints = held === 0 ? [] : [`${held} of ${registries.length} stopped registries are still held`];
  if (grown <= heapToleranceBytes) return complaints;
  return [
    ...complaints,
    `the heap has grown by ${Math.round(grown / 1024)} KiB, and may by ${heapToleranceBytes / 1024}`,
  ];
}
