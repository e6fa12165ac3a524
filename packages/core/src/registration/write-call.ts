import type { DesiredState } from './desired-state.js';

/** One write by the application. It is resolved or rejected once. */
export interface WriteCall {
  readonly path: string;
  desired: DesiredState;
  /**
   * True: the desired state is reached. False: another live session owns the path and we wait until its node is gone, or the
   * write was deferred.
   */
  resolve(isReached: boolean): void;
  reject(error: unknown): void;
}
