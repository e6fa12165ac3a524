import { Option } from 'commander';
import type { Context } from '../context.js';
import { Exit } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import type { Definition } from '../invoke.js';
import { toJsonLine } from '../output/python-output.js';
import { safeText } from '../safe-text.js';

interface StateOptions {
  readonly output: 'text' | 'json';
}

export function defineState({ program, invoke }: Definition): void {
  program
    .command('state')
    .description('check whether the registry can be reached')
    .addOption(new Option('-o, --output <format>', 'how').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples('ndsr state', 'ndsr state -o json --timeout 2s'))
    .action((options: StateOptions) => invoke((context) => state(context, options)));
}

async function state(context: Context, { output }: StateOptions): Promise<undefined> {
  const connected = await isConnected(context);
  const word = connected ? safeText`connected` : safeText`disconnected`;
  await context.print(output === 'json' ? toJsonLine({ connected, url: context.place }) : safeText`${word}\n`);
  if (!connected) throw new Exit(exitCodes.noConnection);
}

async function isConnected(context: Context): Promise<boolean> {
  try {
    return await context.withRegistry({ readOnly: true }, async (registry) => registry.getState());
  } catch (error) {
    if (error instanceof Exit && error.exitCode === exitCodes.noConnection) return false;
    throw error;
  }
}
