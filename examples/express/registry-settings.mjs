import { sharedRegistry } from '@ndsr/core';

/** Where the registry is. An application changes these before its first `get`. */
export const settings = {
  url: 'zookeeper-js://127.0.0.1:2181',
  timeoutMs: 15_000,
  cacheFile: '/var/cache/my-app/registry.json',
};

/** The one registry of this process, however many modules ask. It only reads, and opens also while no server can be reached. */
export function registry() {
  return sharedRegistry({ ...settings, lazy: true, readOnly: true });
}

/**
 * The node at `path` and its children: now, and for the callback at every later change too. With `waitMs` it waits that
 * long for a first child, and resolves without one when there is none by then.
 *
 * @param {string} path
 * @param {import('@ndsr/core').SnapshotCallback} [callback]
 */
export async function get(path, callback, waitMs = 0) {
  return (await registry()).get(path, { callback, waitMs, onTimeout: 'resolve' });
}
