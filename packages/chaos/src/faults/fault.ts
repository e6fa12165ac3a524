import type { ErrorCode } from '@ndsr/core';
import type { BackendName, Environment, FaultInjector } from '../environment/environment.js';
import { MemoryEnvironment } from '../environment/memory-environment.js';
import { ZooKeeperEnvironment, type ZooKeeperFault } from '../environment/zookeeper-environment.js';
import type { Random } from '../random.mjs';
import type { Heal } from './injectors.mjs';

/** Why a fault is impossible on a backend. */
interface NotPossible {
  readonly because: string;
}

/** A fault, and how it is injected on each backend. */
export interface Fault {
  readonly name: string;
  /** Session timeout of the registries, ms. */
  readonly timeoutMs: number;
  /** The duration of the fault, ms, without the time that injecting and healing take. */
  readonly durationMs: number;
  /** Error codes that calls may reject with, in addition to no connection and timeout. */
  readonly mayReject?: readonly ErrorCode[];
  /** The number of paths that an additional registry watches during the fault. */
  readonly watchedPaths?: number;
  readonly memory: ((environment: MemoryEnvironment, random: Random) => FaultInjector) | NotPossible;
  /** For both client libraries. */
  readonly zookeeper: (random: Random) => ZooKeeperFault;
}

/** Why `fault` is impossible on `backend`; undefined when it is possible. */
export function reasonNotPossible(fault: Fault, backend: BackendName): string | undefined {
  return backend === 'memory' && 'because' in fault.memory ? fault.memory.because : undefined;
}

/** Opens the servers of one experiment and prepares the fault. */
export async function openEnvironment(fault: Fault, backend: BackendName, random: Random): Promise<Environment> {
  if (backend !== 'memory') return await ZooKeeperEnvironment.open(backend, fault.zookeeper(random));
  const { memory } = fault;
  if ('because' in memory) throw new Error(`${fault.name} is not possible in memory: ${memory.because}`);
  return new MemoryEnvironment((environment) => memory(environment, random));
}

/** A fault that `inject` starts and whose `heal` it returns. */
export function injected(inject: () => Promise<Heal>): Pick<FaultInjector, 'inject' | 'heal'> {
  let heal: Heal = nothingToHeal;
  return {
    async inject() {
      heal = await inject();
    },
    heal: () => heal(),
  };
}

/** For a fault that ends by itself, or that is permanent. */
export async function nothingToHeal(): Promise<void> {
  // There is nothing to heal.
}
