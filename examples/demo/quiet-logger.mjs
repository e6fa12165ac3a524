/** The demo tells of lost connections itself. Real programs leave `logger` out, or give their own, pino for one. */
export const quietLogger = { debug: ignore, info: ignore, warn: ignore, error: console.error };

function ignore() {
  // Not shown.
}
