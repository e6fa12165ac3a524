import { describe, expect, it } from 'vitest';
import { startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';

describe('the same data again', () => {
  it.each([
    ['an object', { a: 1, b: [2] }, { b: [2], a: 1 }],
    ['text', 'hello', { string_value: 'hello' }],
    ['none', undefined, undefined],
    ['a pid of the caller’s own', { pid: 7 }, { pid: 7 }],
  ])('is not written: %s', async (_what, first, second) => {
    const registry = await startedRegistry();
    await registry.setNode('/a', first);
    const before = await registry.get('/a');
    await registry.setNode('/a', second);
    expect(await registry.get('/a')).toBe(before);
    await registry.stop();
  });

  it.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['an empty object for some data', { a: 1 }, {}],
    ['our pid for one of the caller’s own', { pid: 7 }, {}],
    ['a pid of the caller’s own for ours', {}, { pid: 7 }],
  ])('is told from %s, which is written', async (_what, first, second) => {
    const registry = await startedRegistry();
    await registry.setNode('/a', first);
    await registry.setNode('/a', second);
    const { data, stat } = await registry.get('/a');
    expect(stat?.version).toBe(1);
    expect(data).toEqual({ pid: process.pid, created: expect.any(String), ...second });
    await registry.stop();
  });
});
