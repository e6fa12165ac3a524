/** The demo prints lost connections itself. Real programs omit `logger`, or pass their own, for example pino. */
export const quietLogger = { debug: ignore, info: ignore, warn: ignore, error: console.error };

function ignore() {
  // Not shown.
}
