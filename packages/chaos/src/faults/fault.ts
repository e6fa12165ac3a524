import type { ErrorCode } from '@ndsr/core';
import type { Chance } from '../chance.js';
import { MemorySite } from '../sites/memory-site.js';
import type { BackendName, Harm, Site } from '../sites/site.js';
import { type ZooKeeperMeans, ZooKeeperSite } from '../sites/zookeeper-site.js';

/** Why a backend cannot have a fault. */
interface NotPossible {
  readonly because: string;
}

/** Something that goes wrong, and how it is brought about on each backend. */
export interface Fault {
  readonly name: string;
  /** The session timeout that the registries ask for, ms. */
  readonly timeoutMs: number;
  /** How long it is in force, ms, apart from what injecting and healing take by themselves. */
  readonly lastsMs: number;
  /** What calls may reject with, besides the lack of a connection and of an answer. */
  readonly mayReject?: readonly ErrorCode[];
  /** How many paths one more registry watches meanwhile. */
  readonly crowd?: number;
  readonly memory: ((site: MemorySite, chance: Chance) => Harm) | NotPossible;
  /** On both client libraries. */
  readonly zookeeper: (chance: Chance) => ZooKeeperMeans;
}

/** Why `backend` cannot have `fault`; undefined when it can. */
export function obstacle(fault: Fault, backend: BackendName): string | undefined {
  return backend === 'memory' && 'because' in fault.memory ? fault.memory.because : undefined;
}

/** Opens what the registries of one world connect to, with the fault made ready. */
export async function openSite(fault: Fault, backend: BackendName, chance: Chance): Promise<Site> {
  if (backend !== 'memory') return await ZooKeeperSite.open(backend, fault.zookeeper(chance));
  const { memory } = fault;
  if ('because' in memory) throw new Error(`${fault.name} is not possible in memory: ${memory.because}`);
  return new MemorySite((site) => memory(site, chance));
}

/** For a fault that is over by itself, or to which one has to get used. */
export async function byItself(): Promise<void> {
  // There is nothing to heal.
}
