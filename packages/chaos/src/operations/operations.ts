import { lifeOperations } from './life.js';
import type { Operation } from './operation.js';
import { readingOperations } from './reading.js';
import { writingOperations } from './writing.js';

/** The rows of the suite. */
export const operations: readonly Operation[] = [...writingOperations, ...readingOperations, ...lifeOperations];
