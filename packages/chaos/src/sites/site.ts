import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { Witness } from '../truth/witness.js';

export const backendNames = ['memory', 'zookeeper-js', 'zookeeper-native'] as const;
export type BackendName = (typeof backendNames)[number];

/** What the registries of one world are connected to, and the harm that can be done to it. */
export interface Site {
  /** One more registry, not started. */
  registry(options: RegistryOptions): ServiceRegistry;
  /** A bare client directly at the servers. Rejects while they cannot be reached. */
  witness(): Promise<Witness>;
  readonly harm: Harm;
  /** How many connections the servers count; the witness' are not there when none is open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** A fault, made ready for one world. */
export interface Harm {
  /** What every registry of the world is made with, besides what is always given. */
  readonly options?: RegistryOptions;
  /** Whether the servers answer strangers while it is in force. */
  readonly serversAnswer: boolean;
  inject(): Promise<void>;
  /** Resolves when the servers serve again. */
  heal(): Promise<void>;
  /** Closes what was opened for it. */
  close?(): Promise<void>;
}
