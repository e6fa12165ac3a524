import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Difference, Findings } from './findings.js';

/** Something that is watched and can be looked at beside its watch. */
export interface Watched {
  readonly path: string;
  /**
   * Reads what is there and compares it with what the watch told. Undefined when there is nothing to compare at the moment.
   *
   * @param mostChildren of how many children the data may be read
   * @param earlier looks at those parts only that differed then
   */
  examine(mostChildren: number, earlier?: Findings): Promise<Findings | undefined>;
  /** Begins the watch again, which reads and delivers what is there. Returns whether it had said by itself that it cannot. */
  repair(missed: readonly Difference[]): 'silent' | 'known';
  /** May not be read. */
  refused(error: ServiceRegistryError): void;
}
