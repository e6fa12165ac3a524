/** Receives log lines; `console` and a pino logger both fit. Lines contain paths and codes, never data or passwords. */
export interface Logger {
  /** Details for debugging. */
  debug(message: string): void;
  /** Normal operation, such as a new connection. */
  info(message: string): void;
  /** Trouble that is being handled: a broken connection, a conflict, a callback that threw. */
  warn(message: string): void;
  /** Not used so far: a failure that cannot be returned to a caller is a `fault` event and a warning. */
  error(message: string): void;
}

function nowhere(): void {
  // Below WARN the default logger is silent.
}

/** Warnings and errors to the console, nothing else. */
export const defaultLogger: Logger = {
  debug: nowhere,
  info: nowhere,
  warn: (message) => console.warn(`ndsr: ${message}`),
  error: (message) => console.error(`ndsr: ${message}`),
};

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
