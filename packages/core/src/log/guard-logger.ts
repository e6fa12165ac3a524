import type { Logger } from './logger.js';

/**
 * A logger that throws must not break what was being logged: it would do so in the middle of a change of state.
 * What it throws becomes a warning of the process, for there is nobody else left to tell.
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
