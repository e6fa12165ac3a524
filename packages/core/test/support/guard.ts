import { turn } from '@ndsr/test-support';
import { afterEach, beforeEach, expect } from 'vitest';

/** Import this for its effect: a test of that file fails when a rejection of it is handled by nobody. */
let unhandled: unknown[] = [];

function remember(reason: unknown): void {
  unhandled.push(reason);
}

beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', remember);
});

afterEach(async () => {
  await turn();
  process.off('unhandledRejection', remember);
  expect(unhandled, 'rejections that nobody handles').toEqual([]);
});
