import { lifecycleOperations } from './lifecycle-operations.js';
import type { Operation } from './operation.js';
import { readingOperations } from './reading-operations.js';
import { writingOperations } from './writing-operations.js';

/** The rows of the fault suite. */
export const operations: readonly Operation[] = [...writingOperations, ...readingOperations, ...lifecycleOperations];
