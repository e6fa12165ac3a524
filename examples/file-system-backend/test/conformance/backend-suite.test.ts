import { backendSuite } from '@ndsr/conformance';
import { test } from 'vitest';
import { openBackends } from './folder-fixture.js';

backendSuite({ test, open: openBackends, faults: true, cutOff: true, settleMs: 120 });
