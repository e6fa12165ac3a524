import { NotOwnerError } from '@ndsr/core';
import type { Context } from '../context.js';
import { Exit } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import type { Definition } from '../invoke.js';
import { parsePath } from '../path-argument.js';

interface UnsetOptions {
  readonly force?: boolean;
}

export function defineUnset({ program, invoke }: Definition): void {
  program
    .command('unset')
    .description('remove a node that has no children; one that is not there is no failure')
    .argument('<path>', 'absolute', parsePath)
    .option('--force', 'also the registration of a process that is alive')
    .addHelpText('after', examples('ndsr unset /config/my_app', 'ndsr unset /production/ssh/server1:22 --force'))
    .action((path: string, options: UnsetOptions) => invoke((context) => unset(context, path, options)));
}

async function unset(context: Context, path: string, { force = false }: UnsetOptions): Promise<undefined> {
  try {
    await context.withRegistry({}, (registry) =>
      context.progress(`removing ${path}`, context.unlessEnding(registry.unset(path, { force }))),
    );
  } catch (error) {
    if (!(error instanceof NotOwnerError)) throw error;
    throw new Exit(exitCodes.taken, `${path} is registered by a process that is alive; --force removes it`);
  }
  context.talk.say(`${path} is gone`);
}
