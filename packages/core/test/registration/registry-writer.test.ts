import { describe, expect, it } from 'vitest';
import { startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';

describe('the same data again', () => {
  it.each([
    ['an object', { a: 1, b: [2] }, { b: [2], a: 1 }],
    ['text', 'hello', { string_value: 'hello' }],
    ['no data', undefined, undefined],
    ['a pid passed by the caller', { pid: 7 }, { pid: 7 }],
  ])('is not written: %s', async (_name, first, second) => {
    const registry = await startedRegistry();
    await registry.setNode('/a', first);
    const before = await registry.get('/a');
    await registry.setNode('/a', second);
    expect(await registry.get('/a')).toBe(before);
    await registry.stop();
  });

  it.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['an empty object instead of data', { a: 1 }, {}],
    ['our pid instead of a pid passed by the caller', { pid: 7 }, {}],
    ['a pid passed by the caller instead of ours', {}, { pid: 7 }],
  ])('differs from %s, which is written', async (_name, first, second) => {
    const registry = await startedRegistry();
    await registry.setNode('/a', first);
    await registry.setNode('/a', second);
    const { data, stat } = await registry.get('/a');
    expect(stat?.version).toBe(1);
    expect(data).toEqual({ pid: process.pid, created: expect.any(String), ...second });
    await registry.stop();
  });
});

it('a call sends its request after one microtask', async () => {
  const registry = await startedRegistry();
  const call = registry.setNode('/a');
  expect(registry.backend.requests).toEqual([]);
  await Promise.resolve();
  expect(registry.backend.requests).toEqual(['create /a ephemeral']);
  await call;
  await registry.stop();
});
