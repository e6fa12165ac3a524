import { FakeClock } from '@ndsr/test-support';
import { expect, it } from 'vitest';
import { GuardedCommand } from '../../src/guard/guarded-command.js';

it('keeps no timer when it is ended after it has ended by itself', async () => {
  const clock = new FakeClock();
  const guarded = new GuardedCommand({ command: ['true'], env: {}, graceMs: 10_000, clock });
  await guarded.ready();
  guarded.go();
  expect(await guarded.gone).toEqual({ code: 0, signal: null, reason: null });
  guarded.end('SIGTERM');
  guarded.kill();
  expect(clock.pending).toBe(0);
});
