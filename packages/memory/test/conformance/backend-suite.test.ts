import { backendSuite } from '@ndsr/conformance';
import { describe, test } from 'vitest';
import { openMemory, openSeverable } from './memory-fixture.js';

const patience = { patienceMs: 2_000, settleMs: 20 };

describe('the memory backend', () => {
  backendSuite({ test, open: () => openMemory(), faults: true, ...patience });
});

describe('a memory backend that can be cut off', () => {
  backendSuite({ test, open: openSeverable, faults: true, cutOff: true, ...patience });
});
