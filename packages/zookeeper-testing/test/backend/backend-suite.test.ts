import { backendSuite } from '@ndsr/conformance';
import { describe, test } from 'vitest';
import { openFakeBackends } from './fake-fixture.js';

const options = { test, faults: true, cutOff: true, settleMs: 20 };

describe('on the bare ensemble', () => {
  backendSuite({ ...options, open: () => openFakeBackends() });
});

describe('without recursive watches', () => {
  backendSuite({ ...options, open: () => openFakeBackends('/', false) });
});

describe('below a chroot that is missing', () => {
  backendSuite({ ...options, open: () => openFakeBackends('/some/chroot') });
});
