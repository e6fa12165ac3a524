import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress } from '../progress.mjs';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the progress of a step', () => {
  it('is one line for a short step', () => {
    const stream = new Screen();
    const progress = new Progress('Installing', stream);
    vi.advanceTimersByTime(1_200);
    progress.end(true);
    expect(stream.text).toBe('Installing … 1.2 s\n');
  });

  it('adds a line every five seconds in a log, with the last line of the program', () => {
    const stream = new Screen();
    const progress = new Progress('Installing', stream);
    progress.receive('resolved 1\nresolved 2\n\n');
    vi.advanceTimersByTime(5_000);
    progress.receive('added ');
    progress.receive('3\n');
    vi.advanceTimersByTime(6_000);
    progress.end(true);
    expect(stream.text).toBe('Installing … \n  5 s: resolved 2\n  10 s: added 3\n  11.0 s\n');
  });

  it('rewrites its line on a terminal, no wider than that, without the colours of the program', () => {
    const stream = new Screen(24);
    const progress = new Progress('Installing', stream);
    progress.receive('\u001b[32mresolved\u001b[39m 1234567890\n');
    vi.advanceTimersByTime(1_000);
    expect(stream.text.split('\r\u001b[K').at(-1)).toBe('Installing … 1 s: resol');
    progress.end(false);
    expect(stream.text.split('\r\u001b[K').at(-1)).toBe('Installing … failed\n');
  });

  it('ends with the step', () => {
    const stream = new Screen();
    new Progress('Installing', stream).end(true);
    vi.advanceTimersByTime(60_000);
    expect(stream.text).toBe('Installing … 0.0 s\n');
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Records the output; a terminal when it has a width. */
class Screen {
  text = '';

  /** @param {number} [columns] */
  constructor(columns) {
    this.columns = columns;
    this.isTTY = columns !== undefined;
  }

  /** @param {string} text */
  write(text) {
    this.text += text;
  }
}
