/** Where log lines go: `console` and a pino logger both fit. Lines carry paths and codes, never data or passwords. */
export interface Logger {
  /** What only helps to find a fault. */
  debug(message: string): void;
  /** That the connection comes, and what else is as it should be. */
  info(message: string): void;
  /** Trouble that is being dealt with: a connection that broke, a conflict, a callback that threw. */
  warn(message: string): void;
  /** Nothing so far: what cannot be told to a caller is a `fault` event and a warning. */
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
