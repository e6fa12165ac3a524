import type { RegistryOptions } from '@ndsr/core';
import type { Truth } from '../truth/truth.js';
import type { Outcome } from './outcome.js';
import type { Subject } from './subject.js';

/** A call of a registry, started at some moment around a fault, and what must be true in the end. */
export interface Operation {
  readonly name: string;
  /** What its registry is made with besides. */
  readonly options?: RegistryOptions;
  /** Whether the registry has been started by then, has a registration that stands, and follows two paths. @default true */
  readonly started?: boolean;
  /** Whether the registry is open in the end. @default true */
  readonly endsOpen?: boolean;
  /** Before the fault. */
  prepare?(subject: Subject): Promise<void>;
  run(subject: Subject): Promise<unknown>;
  /** What a caller does next to be on the safe side, once the fault is healed. */
  followUp?(subject: Subject, outcome: Outcome): Promise<void>;
  /** What is wrong with the outcome, or in the end; nothing when all is as it should be. */
  complaints?(subject: Subject, outcome: Outcome, truth: Truth): string[];
}
