import { expect, it } from 'vitest';
import { settingsFrom } from '../src/options/registry-options.js';
import { expectQuietAfterStop } from './support/expect-quiet.js';
import { startedRegistry } from './support/fake-registry.js';
import './support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const oneASecond = { calls: 1, perMs: 1_000 };

it('is off by default: a thousand concurrent calls do not wait', async () => {
  expect(settingsFrom('Registry', {}, []).rateLimit).toBeUndefined();
  const registry = await startedRegistry();
  const pending = registry.clock.pending;
  const calls = Array.from({ length: 1_000 }, (_, index) => new Outcome(registry.setNode(`/many/${index}`)));
  await turn();
  expect(calls.every(({ state }) => state === 'fulfilled')).toBe(true);
  expect(registry.clock.pending).toBe(pending);
  await expectQuietAfterStop(registry);
});

it('takes one token for a registration, whichever requests it needs', async () => {
  const registry = await startedRegistry({ rateLimit: { calls: 50, perMs: 2_000 } });
  const calls = Array.from({ length: 60 }, (_, index) => new Outcome(registry.setNode(`/many/deep/${index}`)));
  await turn();
  expect(calls.filter(({ state }) => state === 'fulfilled')).toHaveLength(50);
  await registry.clock.advance(400);
  expect(calls.filter(({ state }) => state === 'fulfilled')).toHaveLength(60);
  await expectQuietAfterStop(registry);
});

it('limits neither answers from memory nor watch deliveries', async () => {
  const registry = await startedRegistry({ rateLimit: oneASecond });
  const seen: unknown[] = [];
  await registry.get('/watched', { callback: ({ data }) => seen.push(data) });
  await registry.setNode('/mine');
  const waiting = new Outcome(registry.setNode('/mine/too'));
  for (let i = 0; i < 20; i += 1) await registry.get('/watched');
  await registry.get('/never/seen/before');
  registry.store.put('/watched', Buffer.from('{"n":3}'));
  await turn();
  expect(seen).toEqual([null, { n: 3 }]);
  expect(registry.peek('/watched')?.data).toEqual({ n: 3 });
  expect(waiting.state).toBe('pending');
  await expectQuietAfterStop(registry);
});

it('does not count as time in which the servers did not answer', async () => {
  const registry = await startedRegistry({ rateLimit: oneASecond, requestTimeoutMs: 300 });
  await registry.setNode('/a');
  const patient = new Outcome(registry.setNode('/b'));
  await registry.clock.advance(999);
  expect(patient.state).toBe('pending');
  await registry.clock.advance(1);
  expect(patient.value).toBe(true);
  await expectQuietAfterStop(registry);
});

it('uses only the injected clock', async () => {
  const registry = await startedRegistry({ rateLimit: { calls: 1, perMs: 1 } });
  await registry.setNode('/a');
  const waiting = new Outcome(registry.setNode('/b'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(waiting.state).toBe('pending');
  await registry.clock.advance(1);
  expect(waiting.value).toBe(true);
  await expectQuietAfterStop(registry);
});

it('refuses an invalid limit before anything is opened', async () => {
  for (const rateLimit of [{ calls: 50 }, { perMs: 2_000 }, { calls: 50, perMS: 2_000 }, { calls: -1, perMs: 1 }, 50]) {
    expect(() => settingsFrom('Registry', { rateLimit: rateLimit as never }, [])).toThrow(/option 'rateLimit' is/);
  }
  for (const bad of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => settingsFrom('Registry', { rateLimit: { calls: bad, perMs: 1 } }, [])).toThrow(/'rateLimit'/);
    expect(() => settingsFrom('Registry', { rateLimit: { calls: 1, perMs: bad } }, [])).toThrow(/'rateLimit'/);
  }
});

it('takes two tokens for data and for a removal, which read first', async () => {
  const registry = await startedRegistry({ rateLimit: { calls: 4, perMs: 1_000 } });
  await registry.setData('/data', { n: 1 });
  await registry.unset('/data');
  const fifth = new Outcome(registry.setNode('/fifth'));
  await turn();
  expect(fifth.state).toBe('pending');
  expect(registry.backend.requests).toHaveLength(4);
  await expectQuietAfterStop(registry);
});
