/** Where log lines go: `console` and a pino logger both fit. Lines carry paths and codes, never data or passwords. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
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
