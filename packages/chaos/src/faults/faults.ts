import { ensembleFaults } from './ensemble-faults.js';
import type { Fault } from './fault.js';
import { linkFaults } from './link-faults.js';
import { processFaults } from './process-faults.js';
import { routeFaults } from './route-faults.js';
import { serverFaults } from './server-faults.js';

/** The columns of the fault suite. */
export const faults: readonly Fault[] = [
  ...serverFaults,
  ...linkFaults,
  ...ensembleFaults,
  ...processFaults,
  ...routeFaults,
];
