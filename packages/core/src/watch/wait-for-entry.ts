import { StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { onAbort } from '../events/on-abort.js';
import type { CancelTimer } from '../time/clock.js';
import type { WatchEntry } from './watch-entry.js';

export interface EntryWaitOptions {
  /** Starts the timer that calls `onTimeout`, unless it is cancelled first. */
  startTimer(onTimeout: () => void): CancelTimer;
  readonly signal?: AbortSignal | undefined;
  /** True if a path that cannot be read ends the wait with that error; otherwise the wait continues. */
  readonly failOnFault: boolean;
}

/**
 * Waits until `ready()` returns true; it is called now and after everything that reaches `entry`. Resolves to true then, and
 * to false on timeout. Rejects with the signal's reason when aborted, and with `StoppedError` when the registry is stopped or
 * the entry closed.
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
