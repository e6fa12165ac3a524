import { afterAll } from 'vitest';
import { cpuSeconds } from './cpu-time.js';

// Registered before the hooks of the test file, so it runs after them: the servers that the file started have ended.
// biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern, to see which fixtures are used; the file comes second.
afterAll(({}, file) => {
  file.meta.cpuSeconds = cpuSeconds();
});

declare module 'vitest' {
  interface TaskMeta {
    /** CPU time of the file's worker and of all that it started and waited for. */
    cpuSeconds?: number;
  }
}
