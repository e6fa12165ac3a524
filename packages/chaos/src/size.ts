import { env } from 'node:process';

/** `NDSR_CHAOS_SIZE`: the fraction of the full size, above 0 and at most 1. @default 1 @throws {TypeError} for any other value */
export function sizeOf({ NDSR_CHAOS_SIZE: given = '1' }: NodeJS.ProcessEnv): number {
  const size = Number(given);
  if (size > 0 && size <= 1) return size;
  throw new TypeError(`NDSR_CHAOS_SIZE must be above 0 and at most 1, not '${given}'`);
}

const size = sizeOf(env);

/** `full` scaled by the size, rounded up to a multiple of `step`. */
export function sized(full: number, step = 1): number {
  return Math.ceil((full * size) / step) * step;
}

/** All `items` at full size, otherwise a fraction of them that depends on `seed`. */
export function sizedSample<T>(items: readonly T[], seed: number): T[] {
  const every = Math.round(1 / size);
  return items.filter((_, index) => (index + seed) % every === 0);
}
