import { sharedRegistry } from '@ndsr/core';

/** The settings of the registry. An application changes these before its first `get`. */
export const settings = {
  url: 'zookeeper-js://127.0.0.1:2181',
  timeoutMs: 15_000,
  cacheFile: '/var/cache/my-app/registry.json',
};

/** The registry of this process, shared by all modules. It is read-only, and opens even while no server is reachable. */
export function registry() {
  return sharedRegistry({ ...settings, lazy: true, readOnly: true });
}

/**
 * Resolves to the node at `path` and its children; the callback also receives every later change. With `waitMs` it waits that
 * long for a first child, and resolves without one when there is none by then.
 *
 * @param {string} path
 * @param {import('@ndsr/core').SnapshotCallback} [callback]
 */
export async function get(path, callback, waitMs = 0) {
  return (await registry()).get(path, { callback, waitMs, onTimeout: 'resolve' });
}
