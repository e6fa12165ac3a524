import type { Context } from './context.js';
import type { RootCommand } from './root-command.js';

/** What a command does; its exit code, 0 when there is none. */
export type Work = (context: Context) => Promise<number | undefined>;

/** What the files in `commands/` define their commands on. */
export interface Definition {
  readonly program: RootCommand;
  /** The arguments of the whole command line. */
  readonly args: readonly string[];
  /** Runs a command with the context that the global options give it. */
  invoke(work: Work): Promise<void>;
}
