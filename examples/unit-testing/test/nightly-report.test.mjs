import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runNightlyReport } from '../nightly-report.mjs';
import { silent } from './silent.mjs';

/** @type {MemoryStore} */
let store;
/** @type {MemoryServiceRegistry} */
let here;
/** @type {MemoryServiceRegistry} */
let elsewhere;

beforeEach(() => {
  store = new MemoryStore();
  here = new MemoryServiceRegistry({ store, logger: silent });
  elsewhere = new MemoryServiceRegistry({ store, logger: silent });
});
afterEach(() => Promise.all([here.stop(), elsewhere.stop()]));

test('does not run while it runs elsewhere', async () => {
  let runs = 0;
  const ran = await runNightlyReport(here, async () => {
    runs += 1;
    expect(await runNightlyReport(elsewhere, async () => expect.unreachable())).toBe(false);
  });
  expect([ran, runs]).toEqual([true, 1]);
});

test('leaves the lock to others when it fails', async () => {
  await expect(runNightlyReport(here, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(await runNightlyReport(elsewhere, async () => undefined)).toBe(true);
});

test('is told when the lock is lost, and only then may it run elsewhere', async () => {
  const ran = await runNightlyReport(here, async (lost) => {
    expect(lost.aborted).toBe(false);
    // The servers expire our session, as after a long pause of the process or a network outage.
    await store.expire(here);
    expect(lost.aborted).toBe(true);
    expect(await runNightlyReport(elsewhere, async () => undefined)).toBe(true);
  });
  expect(ran).toBe(true);
});

test('without a connection there is no lock, and no report', async () => {
  await here.start();
  await store.goDown();
  const report = runNightlyReport(here, async () => expect.unreachable());
  await expect(report).rejects.toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION' });
});
