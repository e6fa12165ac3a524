import type { Logger } from './logger.js';

/**
 * Wraps a logger so that it never throws: it is called in the middle of state changes.
 * A thrown error becomes a process warning, because there is no other place left to report it.
 */
export function guardLogger(logger: Logger): Logger {
  const guarded = (level: keyof Logger) => (message: string) => {
    try {
      logger[level](message);
    } catch (thrown) {
      process.emitWarning(`The logger of a service registry threw: ${String(thrown)}`);
    }
  };
  return { debug: guarded('debug'), info: guarded('info'), warn: guarded('warn'), error: guarded('error') };
}
