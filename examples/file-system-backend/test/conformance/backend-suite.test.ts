import { backendSuite } from '@ndsr/conformance';
import { test } from 'vitest';
import { openBackends } from './folder-fixture.js';

backendSuite({ test, open: openBackends, faults: true, cutOff: true, patienceMs: 5_000, settleMs: 120 });
