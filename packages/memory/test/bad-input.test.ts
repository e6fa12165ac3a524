import { InvalidArgumentError, InvalidPathError, ServiceRegistryError } from '@ndsr/core';
import { describe, expect, it } from 'vitest';
import { MemoryServiceRegistry, MemoryStore } from '../src/index.js';

const badPaths: [what: string, path: unknown, names: RegExp][] = [
  ['a relative path', 'services/web', /"services\/web".*absolute/],
  ['an empty path', '', /"".*absolute/],
  ['an empty name', '/services//web', /"\/services\/\/web".*empty name/],
  ['a trailing slash', '/services/web/', /"\/services\/web\/".*must not end/],
  ['a parent reference', '/services/../web', /"\.\." is not allowed/],
  ['a self reference', '/services/./web', /"\." is not allowed/],
  ['a NUL', '/services/\u0000web', /U\+0000 at 10/],
  ['an emoji', '/services/\u{1f600}', /U\+D83D at 10/],
  ['no string', 42, /expected a string, got number/],
];

const cycle: Record<string, unknown> = { a: { b: 1 } };
(cycle.a as Record<string, unknown>).back = cycle;

const badData: [what: string, data: unknown, names: RegExp][] = [
  ['a BigInt', { size: 1n }, /data\.size is a bigint/],
  ['a cycle', cycle, /data\.a\.back is a cycle/],
  ['a function', { run: () => 1 }, /data\.run is a function/],
  ['a symbol', { tags: [Symbol('x')] }, /data\.tags\[0\] is a symbol/],
  ['NaN', { weight: Number.NaN }, /data\.weight is NaN/],
  ['a date', { at: new Date(0) }, /data\.at is an instance of Date/],
  ['undefined in a list', { list: [1, undefined] }, /data\.list\[1\] is undefined/],
  ['an array', [1, 2], /data is an array/],
  ['a number', 42, /data is 42/],
  ['false', false, /data is a boolean/],
  ['bytes', Buffer.from('x'), /data is an instance of Buffer/],
];

/** Returns a connected registry, and a function that counts its requests since. */
async function openRegistry(): Promise<{ registry: MemoryServiceRegistry; sent(): number }> {
  const store = new MemoryStore();
  const registry = new MemoryServiceRegistry({ store });
  await registry.start();
  const before = store.requests;
  return { registry, sent: () => store.requests - before };
}

// The types refuse most of this at compile time; the library must do so too, for callers without types.
type Untyped = Record<string, (...args: unknown[]) => unknown>;

async function failureOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('bad input', () => {
  const methods = ['setNode', 'setData', 'set', 'unset', 'get', 'peek', 'addCallback', 'watch', 'freshness', 'unwatch'];
  for (const [what, path, names] of badPaths) {
    it.each(methods)(`refuses ${what} in %s, names it and sends nothing`, async (method) => {
      const { registry, sent } = await openRegistry();
      const error = await failureOf(() => (registry as unknown as Untyped)[method]?.(path, () => undefined));
      expect(error).toBeInstanceOf(InvalidPathError);
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toBeInstanceOf(ServiceRegistryError);
      expect(error).toMatchObject({ code: 'ERR_NDSR_INVALID_PATH', message: expect.stringMatching(names) });
      expect(sent()).toBe(0);
      await registry.stop();
    });
  }

  for (const [what, data, names] of badData) {
    it.each(['setNode', 'setData'])(
      `refuses ${what} as data in %s, names the place and sends nothing`,
      async (method) => {
        const { registry, sent } = await openRegistry();
        const error = await failureOf(() => (registry as unknown as Untyped)[method]?.('/services/web', data));
        expect(error).toBeInstanceOf(InvalidArgumentError);
        expect(error).toBeInstanceOf(TypeError);
        expect(error).toMatchObject({
          code: 'ERR_NDSR_INVALID_ARGUMENT',
          message: expect.stringMatching(names),
          path: '/services/web',
        });
        expect(sent()).toBe(0);
        await registry.stop();
      },
    );
  }

  it('refuses data that is too large, naming its size, and sends nothing', async () => {
    const { registry, sent } = await openRegistry();
    const error = await failureOf(() => registry.setData('/big', { blob: 'x'.repeat(1_000_000) }));
    expect(error).toMatchObject({
      code: 'ERR_NDSR_DATA_TOO_LARGE',
      message: expect.stringMatching(/10000\d\d bytes; at most 1000000/),
    });
    expect(sent()).toBe(0);
    await registry.stop();
  });

  it.each([
    ['get', ['/a', { waitMS: 5 }], /get: unknown option 'waitMS'; did you mean 'waitMs'\?/],
    ['get', ['/a', { children: 'all' }], /option 'children'.*'data' or 'names'/],
    ['get', ['/a', { minChildren: -1 }], /option 'minChildren' is -1/],
    ['get', ['/a', { minChildren: 2 }], /'minChildren' needs 'waitMs', how many milliseconds to wait/],
    ['get', ['/a', { callback: 'log' }], /option 'callback'.*expected a function/],
    ['setNode', ['/a', {}, { sate: true }], /setNode: unknown option 'sate'; did you mean 'state'\?/],
    ['set', ['/a', { kind: 'permanent' }], /option 'kind'.*'ephemeral' or 'persistent'/],
    ['set', ['/a', { state: 'enabled' }], /'state' is 'enabled'; expected true or false\. .* goes into 'data'/],
    ['on', ['conected', String], /on: unknown event 'conected'; did you mean 'conflict'|known are phase, registered/],
    ['on', ['Phase', String], /on: unknown event 'Phase'; did you mean 'phase'\?/],
    ['on', [undefined, String], /on: unknown event 'undefined'; known are phase, registered/],
    ['on', ['phase'], /on\('phase'\): the callback is undefined; expected a function/],
    ['unset', ['/a', { forced: true }], /unset: unknown option 'forced'; did you mean 'force'\?/],
    ['watch', ['/a', { signal: 'stop' }], /option 'signal'.*AbortSignal/],
    ['addCallback', ['/a', 'log'], /callback is a string; expected a function/],
  ] as const)('refuses a wrong option of %s by name', async (method, args, names) => {
    const { registry, sent } = await openRegistry();
    const error = await failureOf(() => (registry as unknown as Untyped)[method]?.(...args));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ message: expect.stringMatching(names) });
    expect(sent()).toBe(0);
    await registry.stop();
  });

  it('refuses an unknown option of the constructor and names the nearest', () => {
    const options = { timeoutMS: 5 } as object;
    expect(() => new MemoryServiceRegistry(options)).toThrow(
      "new MemoryServiceRegistry: unknown option 'timeoutMS'; did you mean 'timeoutMs'?",
    );
  });
});
