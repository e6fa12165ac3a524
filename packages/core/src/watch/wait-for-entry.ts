import { StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { onAbort } from '../events/on-abort.js';
import type { CancelTimer } from '../time/clock.js';
import type { WatchEntry } from './watch-entry.js';

export interface EntryWaitOptions {
  /** Calls `over` once it has waited long enough, unless it is cancelled before. */
  startTimer(onTimeout: () => void): CancelTimer;
  readonly signal?: AbortSignal | undefined;
  /** Whether a path that cannot be read ends the wait with that error; else the wait goes on. */
  readonly failOnFault: boolean;
}

/**
 * Waits until `ready()`, asked now and after each thing that reaches `entry`. Resolves true then, false when its time is over.
 * Rejects with the signal's reason when aborted, and with `StoppedError` when the registry is stopped or lets go of it.
 */
export function waitForEntry(entry: WatchEntry, ready: () => boolean, options: EntryWaitOptions): Promise<boolean> {
  options.signal?.throwIfAborted();
  if (ready()) return Promise.resolve(true);
  const error = entry.closeError ?? (options.failOnFault ? entry.accessError : undefined);
  if (error !== undefined) return Promise.reject(error);
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      cancelTimer();
      stopListening();
      stopAbortListening?.();
      settle();
    };
    const onUpdate = (fault: ServiceRegistryError | undefined): void => {
      if (fault instanceof StoppedError || (fault !== undefined && options.failOnFault)) end(() => reject(fault));
      else if (ready()) end(() => resolve(true));
    };
    const cancelTimer = options.startTimer(() => end(() => resolve(false)));
    const stopListening = entry.listen(onUpdate);
    const { signal } = options;
    const stopAbortListening = signal && onAbort(signal, () => end(() => reject(signal.reason)));
  });
}
