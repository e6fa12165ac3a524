/** Sees to it that what an application's function returned, a promise perhaps, rejects into `report` and nowhere else. */
export function whenRejected(result: unknown, report: (thrown: unknown) => void): void {
  if (isThenable(result)) Promise.resolve(result).then(undefined, report);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
