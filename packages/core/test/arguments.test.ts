import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, InvalidPathError } from '../src/errors/argument-errors.js';
import { DataTooLargeError } from '../src/errors/node-errors.js';
import type { ServiceRegistry } from '../src/service-registry.js';
import { FakeRegistry } from './support/fake-registry.js';
import './support/guard.js';

/** Returns the error, whether the call throws or rejects. */
async function call(act: () => unknown): Promise<unknown> {
  return act();
}

const wrong = (value: unknown): never => value as never;

describe('wrong arguments', () => {
  const callback = () => undefined;
  const byPath: [string, (registry: ServiceRegistry, path: string) => unknown][] = [
    ['get', (registry, path) => registry.get(path)],
    ['peek', (registry, path) => registry.peek(path)],
    ['freshness', (registry, path) => registry.freshness(path)],
    ['watch', (registry, path) => registry.watch(path)],
    ['unwatch', (registry, path) => registry.unwatch(path)],
    ['addCallback', (registry, path) => registry.addCallback(path, callback)],
    ['removeCallback', (registry, path) => registry.removeCallback(path, callback)],
    ['setNode', (registry, path) => registry.setNode(path)],
    ['setData', (registry, path) => registry.setData(path)],
    ['set', (registry, path) => registry.set(path)],
    ['unset', (registry, path) => registry.unset(path)],
  ];

  it.each(byPath)('%s refuses an invalid path, and opens nothing', async (_, act) => {
    const registry = new FakeRegistry();
    for (const path of ['', 'a', '/a/', '/a//b', wrong(undefined), wrong(Object.create(null))]) {
      await expect(call(() => act(registry, path))).rejects.toBeInstanceOf(InvalidPathError);
    }
    expect(registry.backends).toHaveLength(0);
    expect(registry.clock.pending).toBe(0);
  });

  it.each<[string, (registry: ServiceRegistry) => unknown]>([
    ['get: a typo', (registry) => registry.get('/a', wrong({ calback: callback }))],
    ['get: a callback that is none', (registry) => registry.get('/a', wrong({ callback: 1 }))],
    ['get: null', (registry) => registry.get('/a', wrong(null))],
    ['watch: a typo', (registry) => registry.watch('/a', wrong({ sginal: 1 }))],
    ['addCallback: no callback', (registry) => registry.addCallback('/a', wrong(undefined))],
    ['addCallback: a typo', (registry) => registry.addCallback('/a', callback, wrong({ kids: 'data' }))],
    ['setNode: a typo', (registry) => registry.setNode('/a', {}, wrong({ stat: false }))],
    ['setNode: null', (registry) => registry.setNode('/a', {}, wrong(null))],
    ['setNode: another kind', (registry) => registry.setNode('/a', {}, wrong({ kind: 'persistent' }))],
    ['setNode: a number', (registry) => registry.setNode('/a', wrong(5))],
    ['setNode: a function inside', (registry) => registry.setNode('/a', wrong({ f: callback }))],
    ['setData: an array', (registry) => registry.setData('/a', wrong([]))],
    ['set: an unknown kind', (registry) => registry.set('/a', wrong({ kind: 'sequential' }))],
    ['set: null', (registry) => registry.set('/a', wrong(null))],
    ['unset: a typo', (registry) => registry.unset('/a', wrong({ forse: true }))],
    ['on: no listener', (registry) => registry.on('phase', wrong(undefined))],
    ['getState: no callback', (registry) => registry.getState(wrong('x'))],
  ])('%s: rejects with a TypeError, and opens nothing', async (_, act) => {
    const registry = new FakeRegistry();
    const error = await call(() => act(registry)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toBeInstanceOf(TypeError);
    expect(registry.backends).toHaveLength(0);
  });

  it('refuses data over the limit before anything is sent', async () => {
    const registry = new FakeRegistry();
    await expect(registry.setNode('/a', 'x'.repeat(1_000_000))).rejects.toBeInstanceOf(DataTooLargeError);
    expect(registry.backends).toHaveLength(0);
  });

  it('refuses the root as a registration, and refuses to remove it', async () => {
    const registry = new FakeRegistry();
    await expect(registry.setNode('/')).rejects.toBeInstanceOf(InvalidPathError);
    await expect(registry.unset('/')).rejects.toBeInstanceOf(InvalidPathError);
    expect(registry.backends).toHaveLength(0);
  });

  it('the constructor names the class and the option', () => {
    expect(() => new FakeRegistry(wrong({ lazzy: true }))).toThrow(
      "new FakeRegistry: unknown option 'lazzy'; did you mean 'lazy'?",
    );
    expect(() => new FakeRegistry({ timeoutMs: -1 })).toThrow("option 'timeoutMs' is -1");
    expect(() => new FakeRegistry({ rateLimit: { calls: 0, perMs: 1 } })).toThrow("option 'rateLimit' is an object");
    expect(() => new FakeRegistry({ rateLimit: wrong(null) })).toThrow("option 'rateLimit' is null");
    expect(() => new FakeRegistry({ rateLimit: wrong(5) })).toThrow("option 'rateLimit' is 5");
    expect(() => new FakeRegistry({ logger: wrong({}) })).toThrow("option 'logger' is an object");
  });
});
