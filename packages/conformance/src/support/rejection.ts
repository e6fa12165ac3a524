import assert from 'node:assert/strict';
import type { ErrorCode, ServiceRegistryError } from '@ndsr/core/backend';

/** An error class of the family: it knows its code. */
export interface ErrorClass {
  readonly name: string;
  readonly code: ErrorCode | undefined;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** Asserts that `promise` rejects with `expected`, of the path where one is given; resolves with the error. */
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

/** Outcomes of several promises: how many resolved, and why the others did not. */
export async function outcomes(
  promises: readonly Promise<unknown>[],
): Promise<{ resolved: number; errors: unknown[] }> {
  const settled = await Promise.allSettled(promises);
  const errors = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  return { resolved: settled.length - errors.length, errors };
}

/** `promise`, to be looked at later: a rejection until then is not taken for a forgotten one. */
export function forLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
