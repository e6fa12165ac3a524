/** A promise whose outcome can be inspected without waiting for it. */
export class Outcome<T> {
  state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
  value: T | undefined;
  error: unknown;

  constructor(promise: Promise<T>) {
    promise.then(
      (value) => {
        this.state = 'fulfilled';
        this.value = value;
      },
      (error) => {
        this.state = 'rejected';
        this.error = error;
      },
    );
  }

  /** The code of the error that it was rejected with; undefined if it was not. */
  get code(): unknown {
    return typeof this.error === 'object' && this.error !== null && 'code' in this.error ? this.error.code : undefined;
  }
}

/** The `number` of the error that a promise rejects with; null if it resolves. */
export async function errorNumber(promise: Promise<unknown>): Promise<number | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    return (error as { number: number }).number;
  }
}
