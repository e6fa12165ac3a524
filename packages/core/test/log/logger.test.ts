import { describe, expect, it, vi } from 'vitest';
import { defaultLogger } from '../../src/log/logger.js';

describe('defaultLogger', () => {
  it('writes warnings and errors to the console, and nothing else', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const log = vi.spyOn(console, 'log').mockReturnValue();
    for (const level of ['debug', 'info', 'warn', 'error'] as const) defaultLogger[level]('hello');
    expect(warn.mock.calls).toEqual([['ndsr: hello']]);
    expect(error.mock.calls).toEqual([['ndsr: hello']]);
    expect(log).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
