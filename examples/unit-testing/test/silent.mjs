const nothing = () => undefined;

/** Where the log lines go that a test provokes. */
export const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
