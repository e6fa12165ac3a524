import assert from 'node:assert/strict';
import type { ErrorCode, ServiceRegistryError } from '@ndsr/core/backend';

/** An error class of this library, with its code. */
export interface ErrorClass {
  readonly name: string;
  readonly code: ErrorCode | undefined;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** Asserts that `promise` rejects with `expected`, for `path` if one is given; resolves with the error. */
export async function rejectsWith(
  expected: ErrorClass,
  promise: Promise<unknown>,
  path?: string,
): Promise<ServiceRegistryError> {
  const error = await rejection(promise, expected.name);
  assert.ok(expected[Symbol.hasInstance](error), `expected a ${expected.name}, got ${String(error)}`);
  const known = error as ServiceRegistryError;
  assert.equal(known.code, expected.code, `the code of ${String(error)}`);
  if (path !== undefined) assert.equal(known.path, path, `the path of ${String(error)}`);
  return known;
}

async function rejection(promise: Promise<unknown>, name: string): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail(`expected a rejection with ${name}, but it resolved`);
}

/** Returns how many promises resolved, and the errors of the others. */
export async function outcomes(
  promises: readonly Promise<unknown>[],
): Promise<{ resolved: number; errors: unknown[] }> {
  const settled = await Promise.allSettled(promises);
  const errors = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  return { resolved: settled.length - errors.length, errors };
}

/** Returns `promise` for later use: a rejection until then is not reported as unhandled. */
export function forLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
