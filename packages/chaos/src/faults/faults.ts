import type { Fault } from './fault.js';
import { serverFaults } from './server-faults.js';

/** The columns of the suite. */
export const faults: readonly Fault[] = [...serverFaults];
