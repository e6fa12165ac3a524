import type { RegistryOptions } from '@ndsr/core';
import type { Oracle } from '../../oracle/oracle.js';
import type { Outcome } from './outcome.js';
import type { Subject } from './subject.js';

/** A call on a registry, started at some moment around a fault, and the invariants that must hold in the end. */
export interface Operation {
  readonly name: string;
  /** Additional options of its registry. */
  readonly options?: RegistryOptions;
  /** True when the registry has been started before the call, with one registration and two watched paths. @default true */
  readonly started?: boolean;
  /** True when the registry is open in the end. @default true */
  readonly endsOpen?: boolean;
  /** Runs before the fault. */
  prepare?(subject: Subject): Promise<void>;
  run(subject: Subject): Promise<unknown>;
  /** The next call of a careful caller, once the fault is healed. */
  followUp?(subject: Subject, outcome: Outcome): Promise<void>;
  /** Violations by the outcome or the final state; empty when there are none. */
  violations?(subject: Subject, outcome: Outcome, oracle: Oracle): string[];
}
