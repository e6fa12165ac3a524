import { registrySuite } from '@ndsr/conformance';
import { test } from 'vitest';
import { openMemoryRegistries } from './memory-fixture.js';

registrySuite({ test, open: () => openMemoryRegistries(), faults: true, refuseByClosing: true, settleMs: 20 });
