import type { WatchBatch } from '../watch/rearm.js';
import { operations } from '../wire/operations.js';
import { Call } from './call.js';
import type { Pipeline } from './pipeline.js';

/**
 * Arms watches again, and calls `done` once all are armed or their events have been delivered: the servers send missed events first. Calls
 * `refused` for each batch that they reject.
 */
export function resubscribe(
  batches: readonly WatchBatch[],
  pipeline: Pipeline,
  { done, refused }: { done(): void; refused(cause: Error): void },
): void {
  let left = batches.length;
  const armed = (): void => {
    left -= 1;
    if (left === 0) done();
  };
  for (const batch of batches)
    pipeline.send(operations.setWatches, batch, new Call(operations.setWatches, armed, refused));
  if (batches.length === 0) done();
}
