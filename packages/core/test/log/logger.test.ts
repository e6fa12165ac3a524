import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultLogger, guardLogger } from '../../src/log/logger.js';

afterEach(() => vi.restoreAllMocks());

describe('defaultLogger', () => {
  it('writes warnings and errors to the console, and nothing else', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const log = vi.spyOn(console, 'log').mockReturnValue();
    for (const level of ['debug', 'info', 'warn', 'error'] as const) defaultLogger[level]('hello');
    expect(warn.mock.calls).toEqual([['ndsr: hello']]);
    expect(error.mock.calls).toEqual([['ndsr: hello']]);
    expect(log).not.toHaveBeenCalled();
  });
});

describe('guardLogger', () => {
  it('passes on every line, with the logger as `this`', () => {
    const lines: string[] = [];
    class Lines {
      readonly prefix = '> ';
      debug(message: string): void {
        lines.push(this.prefix + message);
      }
      info = this.debug;
      warn = this.debug;
      error = this.debug;
    }
    const logger = guardLogger(new Lines());
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](level);
    expect(lines).toEqual(['> debug', '> info', '> warn', '> error']);
  });

  it('turns an error of the logger into a process warning', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const broken = (): never => {
      throw new Error('disk full');
    };
    guardLogger({ debug: broken, info: broken, warn: broken, error: broken }).warn('line');
    expect(warned).toHaveBeenCalledExactlyOnceWith('The logger of a service registry threw: Error: disk full');
  });
});
