import { z } from 'zod';

/** The settings that can be changed while the server runs. Each has a default, so that it also starts without any. */
export const settings = z.object({
  /** The answer of `/`. */
  greeting: z.string().min(1).default('hello'),
  /** Requests answered per second; further ones get 429. */
  limitPerSecond: z.int().min(1).max(10_000).default(100),
  features: z.object({ shout: z.boolean().default(false) }).prefault({}),
});
