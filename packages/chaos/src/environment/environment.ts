import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { ReferenceClient } from '../oracle/reference-client.js';

export const backendNames = ['memory', 'zookeeper', 'zookeeper-js', 'zookeeper-native'] as const;
export type BackendName = (typeof backendNames)[number];

/** The servers that the registries of one experiment connect to, and the fault injector for them. */
export interface Environment {
  /** Creates another registry, not started. */
  registry(options: RegistryOptions): ServiceRegistry;
  /** Connects a reference client directly to the servers. Rejects while they are unreachable. */
  referenceClient(): Promise<ReferenceClient>;
  readonly injector: FaultInjector;
  /** The number of connections that the servers count, including open reference clients. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** A fault, prepared for one experiment. */
export interface FaultInjector {
  /** Additional options of every registry in the experiment. */
  readonly options?: RegistryOptions;
  /** True when the servers answer other clients during the fault. */
  readonly serversAnswer: boolean;
  inject(): Promise<void>;
  /** Resolves once the servers serve again. */
  heal(): Promise<void>;
  /** Closes everything that was opened for the fault. */
  close?(): Promise<void>;
}
