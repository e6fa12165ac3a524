import { afterAll } from 'vitest';
import { cpuSeconds } from './cpu-time.js';

/** The CPU time used before the current file, for files that share a worker. */
const used: typeof globalThis & { ndsrCpuSeconds?: number } = globalThis;

// Registered before the hooks of the test file, so it runs after them: the servers that the file started have ended.
// biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern, to see which fixtures are used; the file comes second.
afterAll(({}, file) => {
  const now = cpuSeconds();
  file.meta.cpuSeconds = now - (used.ndsrCpuSeconds ?? 0);
  used.ndsrCpuSeconds = now;
});

declare module 'vitest' {
  interface TaskMeta {
    /** CPU time of the file in its worker, and of its child processes. */
    cpuSeconds?: number;
  }
}
