import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Comparison, Difference } from './comparison.js';

/** A watched node that can also be read without its watch. */
export interface RereadTarget {
  readonly path: string;
  /**
   * Reads the node and compares it with the state that the watch reported. Undefined if there is nothing to compare now.
   *
   * @param maxChildren the maximum number of children whose data is read
   * @param earlier compares only the parts that differed in that comparison
   */
  compare(maxChildren: number, earlier?: Comparison): Promise<Comparison | undefined>;
  /** Restarts the watch, which reads and reports the node. Returns whether the watch had already reported its failure. */
  repair(missed: readonly Difference[]): 'unreported' | 'reported';
  /** The node must not be read. */
  onNotAuthorized(error: ServiceRegistryError): void;
}
