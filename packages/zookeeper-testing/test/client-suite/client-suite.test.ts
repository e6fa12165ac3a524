import { test } from 'vitest';
import { clientSuite } from '../../src/client-suite/index.js';
import { openFakeClients } from './fake-client-fixture.js';

clientSuite({
  test,
  open: () => openFakeClients(),
  faults: true,
  replace: true,
  createAndRemove: true,
  settleMs: 20,
});
