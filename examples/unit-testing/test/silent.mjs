const nothing = () => undefined;

/** Discards the log lines that a test provokes. */
export const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
