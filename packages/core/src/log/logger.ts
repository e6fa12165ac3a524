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
