import { z } from 'zod';

/** What this server can be told while it runs. Each has a default, so that it also starts where nobody has written any. */
export const settings = z.object({
  /** What `/` answers. */
  greeting: z.string().min(1).default('hello'),
  /** Requests that are answered each second; what is beyond gets 429. */
  limitPerSecond: z.int().min(1).max(10_000).default(100),
  features: z.object({ shout: z.boolean().default(false) }).prefault({}),
});
