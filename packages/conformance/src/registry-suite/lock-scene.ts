import assert from 'node:assert/strict';
import type { LockOptions, RegistryLock, ServiceRegistry } from '@ndsr/core';
import type { ObservedBackend } from '../backend-suite/observed-backend.js';
import { childNames, childTexts } from '../support/node-bytes.js';
import type { RegistryScene } from './registry-scene.js';

export const lockPath = '/locks/one';
export const queuePath = '/locks/one-__lock__';

/** A lock of a registry of its own. */
export async function lockOf(scene: RegistryScene, options: LockOptions = {}): Promise<RegistryLock> {
  return (await scene.started()).getLock(lockPath, options);
}

/** A lock that is held. */
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

/** The names that the leases carry. */
export async function leaseTexts(otherClient: ObservedBackend): Promise<(string | null)[]> {
  return [...childTexts(await otherClient.read(lockPath)).values()].sort();
}

/** Waits until so many stand in line. */
export async function waitForQueue(otherClient: ObservedBackend, count: number): Promise<void> {
  const watch = await otherClient.watching(queuePath, 'names');
  await watch.until(`${count} in line`, ({ children }) => children.size === count);
}

/** Waits until nobody holds the lock, and nobody waits for it. */
export async function waitUntilEmpty(otherClient: ObservedBackend): Promise<void> {
  for (const path of [lockPath, queuePath]) {
    const watch = await otherClient.watching(path, 'names');
    await watch.until('nothing is left', ({ children }) => children.size === 0);
  }
}

/** That nothing is there at this moment, with no wait. */
export async function assertNothingLeft(otherClient: ObservedBackend): Promise<void> {
  assert.deepEqual(childNames(await otherClient.read(lockPath)), [], 'leases');
  assert.deepEqual(childNames(await otherClient.read(queuePath)), [], 'contenders');
}
