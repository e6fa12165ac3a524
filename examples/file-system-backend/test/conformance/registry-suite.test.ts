import { registrySuite } from '@ndsr/conformance';
import { test } from 'vitest';
import { openRegistries } from './folder-fixture.js';

registrySuite({ test, open: openRegistries, faults: true, settleMs: 120 });
