import { type NodeSnapshot, type SnapshotCallback, sharedRegistry } from '@ndsr/core';

/** Where the registry is. An application changes these before its first `get`. */
export const settings = {
  url: 'zookeeper-js://127.0.0.1:2181',
  timeoutMs: 15_000,
  cacheFile: '/var/cache/my-app/registry.json',
};

/**
 * The node at `path` and its children: now, and for the callback at every later change too. With `waitMs` it waits that
 * long for a first child. Reads only; one connection for the whole process, however many modules ask.
 */
export async function get(path: string, callback?: SnapshotCallback, waitMs = 0): Promise<NodeSnapshot> {
  const registry = await sharedRegistry({ ...settings, lazy: true, readOnly: true });
  return registry.get(path, { callback, waitMs });
}
