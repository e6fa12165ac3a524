import { backendSuite } from '@ndsr/conformance';
import { describe, test } from 'vitest';
import { openMemory, openSeverable } from './memory-fixture.js';

const options = { test, faults: true, settleMs: 20 };

describe('the memory backend', () => {
  backendSuite({ ...options, open: () => openMemory() });
});

describe('a memory backend that can be cut off', () => {
  backendSuite({ ...options, open: openSeverable, cutOff: true });
});
