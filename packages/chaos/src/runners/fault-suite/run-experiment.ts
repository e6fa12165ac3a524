import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendName, Environment } from '../../environment/environment.js';
import { type Fault, openEnvironment } from '../../faults/fault.js';
import { Oracle } from '../../oracle/oracle.js';
import { Random } from '../../random.mjs';
import { Timeline } from '../../timeline.mjs';
import type { Operation } from '../../workload/operations/operation.js';
import { Experiment, type ExperimentOptions } from './experiment.js';
import { ExperimentReport, invariants } from './experiment-report.js';
import { heapInUse } from './heap.js';
import { openHandles, tooManyHandles } from './open-handles.js';
import { scenariosRoot } from './scenario.js';
import { UncaughtErrors } from './uncaught-errors.js';

export interface ExperimentSettings {
  readonly fault: Fault;
  readonly backend: BackendName;
  readonly operations: readonly Operation[];
  readonly seed: number;
  /** The longest time for recovery after the fault, in addition to the session timeouts, ms. @default 60000 */
  readonly recoveryLimitMs?: number;
}

/** More than the noise after a garbage collection, less than sixty registries need. */
const heapToleranceBytes = 4 * 1024 * 1024;
const closingMs = 5_000;

/** Injects `fault` once on `backend`, with all `operations` around it. */
export async function runExperiment({
  fault,
  backend,
  operations,
  seed,
  recoveryLimitMs = 60_000,
}: ExperimentSettings): Promise<ExperimentReport> {
  const timeline = new Timeline();
  const report = new ExperimentReport({ fault: fault.name, backend, seed }, timeline);
  const random = new Random(seed).of(fault.name).of(backend);
  const uncaughtErrors = new UncaughtErrors();
  try {
    const environment = await openEnvironment(fault, backend, random);
    try {
      await runIn({ fault, environment, operations, random, timeline, report, recoveryLimitMs });
    } finally {
      await environment.close();
    }
    report.record(invariants.uncaughtErrors, uncaughtErrors.found);
    return report;
  } catch (error) {
    const uncaught = uncaughtErrors.found.map((one) => `\n${one}`).join('');
    throw report.failure(invariants.load, `${error instanceof Error ? error.stack : String(error)}${uncaught}`, error);
  } finally {
    uncaughtErrors[Symbol.dispose]();
  }
}

async function runIn(options: ExperimentOptions): Promise<void> {
  const { environment, report } = options;
  await warmUp(environment);
  const handles = openHandles();
  const heap = await heapInUse();
  const registries = await runAndRelease(options);
  report.record(invariants.servers, await leftOnServers(environment));
  report.record(invariants.handles, await tooManyHandles(handles, closingMs));
  report.record(invariants.memory, await leftInMemory(registries, heap));
}

/** A separate function, so that only weak references leave it. */
async function runAndRelease(options: ExperimentOptions): Promise<WeakRef<object>[]> {
  const experiment = new Experiment(options);
  await experiment.run();
  return experiment.registries();
}

/** Objects created once per process are not leaks. */
async function warmUp(environment: Environment): Promise<void> {
  const registry = environment.registry({});
  await registry.setNode('/warm-up/node', { warm: true });
  await registry.get('/warm-up', { callback: () => undefined });
  await registry.stop();
  const referenceClient = await environment.referenceClient();
  await referenceClient.read('/warm-up');
  await referenceClient.close();
}

async function leftOnServers(environment: Environment): Promise<string[]> {
  const referenceClient = await environment.referenceClient();
  const oracle = new Oracle(await referenceClient.read(scenariosRoot));
  await referenceClient.close();
  const nodes = oracle.ephemerals().map((path) => `${path} is still registered`);
  const deadline = performance.now() + closingMs;
  let connections = await environment.connections();
  while (connections > 0 && performance.now() < deadline) {
    await sleep(50);
    connections = await environment.connections();
  }
  return connections === 0 ? nodes : [...nodes, `the servers count ${connections} connections`];
}

async function leftInMemory(registries: readonly WeakRef<object>[], heapBefore: number): Promise<string[]> {
  const grown = (await heapInUse()) - heapBefore;
  const held = registries.filter((reference) => reference.deref() !== undefined).length;
  const violations = held === 0 ? [] : [`${held} of ${registries.length} stopped registries are still held`];
  if (grown <= heapToleranceBytes) return violations;
  return [
    ...violations,
    `the heap has grown by ${Math.round(grown / 1024)} KiB; the limit is ${heapToleranceBytes / 1024}`,
  ];
}
