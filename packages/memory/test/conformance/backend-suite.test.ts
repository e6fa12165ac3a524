import { backendSuite } from '@ndsr/conformance';
import { test } from 'vitest';
import { openMemory } from './memory-fixture.js';

backendSuite({ test, open: () => openMemory(), faults: true, patienceMs: 2_000, settleMs: 20 });
