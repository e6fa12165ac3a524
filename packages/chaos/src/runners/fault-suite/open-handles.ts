import { setTimeout as sleep } from 'node:timers/promises';

/** Active resources of the process by kind: sockets, timers, servers, … */
export type OpenHandles = ReadonlyMap<string, number>;

export function openHandles(): OpenHandles {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Waits until no more handles are open than `before`; returns the excess after `timeoutMs`. */
export async function tooManyHandles(before: OpenHandles, timeoutMs: number): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const tooMany = [...openHandles()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
    if (tooMany.length === 0) return [];
    if (performance.now() > deadline) {
      return tooMany.map(([kind, count]) => `${count} of ${kind} are open, ${before.get(kind) ?? 0} before`);
    }
    await sleep(50);
  }
}
