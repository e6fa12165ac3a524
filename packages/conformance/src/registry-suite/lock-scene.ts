import assert from 'node:assert/strict';
import type { LockOptions, RegistryLock, ServiceRegistry } from '@ndsr/core';
import type { ObservedBackend } from '../backend-suite/observed-backend.js';
import { childNames, childTexts } from '../support/node-bytes.js';
import type { RegistryScene } from './registry-scene.js';

export const lockPath = '/locks/one';
export const queuePath = '/locks/one-__lock__';

/** Returns a lock of a separate registry. */
export async function lockOf(scene: RegistryScene, options: LockOptions = {}): Promise<RegistryLock> {
  return (await scene.started()).getLock(lockPath, options);
}

/** Returns a lock that is held. */
export async function heldLock(scene: RegistryScene, options: LockOptions = {}): Promise<RegistryLock> {
  return acquiredBy(scene, await scene.started(), options);
}

export async function acquiredBy(
  scene: RegistryScene,
  registry: ServiceRegistry,
  options: LockOptions = {},
): Promise<RegistryLock> {
  const lock = registry.getLock(lockPath, options);
  assert.equal(await scene.within('acquire', lock.acquire()), true);
  return lock;
}

/** Returns the names stored in the leases. */
export async function leaseTexts(otherClient: ObservedBackend): Promise<(string | null)[]> {
  return [...childTexts(await otherClient.read(lockPath)).values()].sort();
}

/** Waits until the queue has `count` nodes. */
export async function waitForQueue(otherClient: ObservedBackend, count: number): Promise<void> {
  const watch = await otherClient.watching(queuePath, 'names');
  await watch.until(`${count} in line`, ({ children }) => children.size === count);
}

/** Waits until the lock is neither held nor waited for. */
export async function waitUntilEmpty(otherClient: ObservedBackend): Promise<void> {
  for (const path of [lockPath, queuePath]) {
    const watch = await otherClient.watching(path, 'names');
    await watch.until('nothing is left', ({ children }) => children.size === 0);
  }
}

/** Asserts that no node is left at this moment, without waiting. */
export async function assertNothingLeft(otherClient: ObservedBackend): Promise<void> {
  assert.deepEqual(childNames(await otherClient.read(lockPath)), [], 'leases');
  assert.deepEqual(childNames(await otherClient.read(queuePath)), [], 'contenders');
}
