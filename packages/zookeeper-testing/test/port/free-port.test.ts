import { expect, it } from 'vitest';
import { freePort } from '../../src/port/reserved-port.js';

it('never returns the same port twice', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(ports.length);
});
