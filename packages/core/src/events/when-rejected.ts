/**
 * Reports a rejection of `result`, the return value of an application's function, which may be a promise, to `report`
 * and nowhere else.
 */
export function whenRejected(result: unknown, report: (thrown: unknown) => void): void {
  if (isThenable(result)) Promise.resolve(result).then(undefined, report);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
