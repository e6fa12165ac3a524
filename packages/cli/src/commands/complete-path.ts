import { completePath } from '../completion/complete-path.js';
import type { Context } from '../context.js';
import type { Definition } from '../invoke.js';
import { escapeControls, joinSafe, safeText } from '../safe-text.js';

/** For the completion scripts, not for users. */
export function defineCompletePath({ program, invoke }: Definition): void {
  program
    .command('__complete-path', { hidden: true })
    .description('print the paths that the last word of a command line may become')
    .argument('<line>', 'up to the cursor')
    .action((line: string) => invoke((context) => printPaths(context, line)));
}

async function printPaths(context: Context, line: string): Promise<undefined> {
  await completePath(context, line, (paths) =>
    context.print(joinSafe(paths.map((path) => safeText`${escapeControls(path)}\n`))),
  );
}
