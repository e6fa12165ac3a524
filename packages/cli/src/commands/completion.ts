import { Argument } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { type CommandWords, commandWords } from '../completion/command-words.js';
import { completePath } from '../completion/complete-path.js';
import { fishCompletion } from '../completion/fish.js';
import { zshCompletion } from '../completion/zsh.js';
import type { Context } from '../context.js';
import { examples } from '../examples.js';
import type { Definition } from '../invoke.js';
import { escapeControls, escapeLines, joinSafe, safeText } from '../safe-text.js';

const shells: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function defineCompletion({ program, invoke }: Definition): void {
  program
    .command('completion')
    .description('print a script for shell completion')
    .addArgument(new Argument('<shell>', 'which').choices(Object.keys(shells)))
    .addHelpText(
      'after',
      examples(
        'source <(ndsr completion bash)          # in ~/.bashrc',
        'source <(ndsr completion zsh)           # in ~/.zshrc, after compinit',
        'ndsr completion fish > ~/.config/fish/completions/ndsr.fish',
      ),
    )
    .action((shell: string) => invoke((context) => completion(context, shells[shell]?.(commandWords(program)) ?? '')));
}

async function completion(context: Context, script: string): Promise<undefined> {
  await context.print(escapeLines(script));
}

/** The command that the completion scripts run; not for users. */
export function defineCompletePath({ program, invoke }: Definition): void {
  program
    .command('__complete-path', { hidden: true })
    .description('print completions of the last word of a command line')
    .argument('<line>', 'up to the cursor')
    .action((line: string) => invoke((context) => printPaths(context, line)));
}

async function printPaths(context: Context, line: string): Promise<undefined> {
  await completePath(context, line, (paths) =>
    context.print(joinSafe(paths.map((path) => safeText`${escapeControls(path)}\n`))),
  );
}
