import type { Context } from './context.js';
import type { RootCommand } from './root-command.js';

/** The action of a command; returns the exit code, or undefined for 0. */
export type Work = (context: Context) => Promise<number | undefined>;

/** Passed to the files in `commands/` to define their commands. */
export interface Definition {
  readonly program: RootCommand;
  /** The arguments of the whole command line. */
  readonly args: readonly string[];
  /** Runs a command with the context that the global options give it. */
  invoke(work: Work): Promise<void>;
}
