import type { NodeSnapshot, ServiceRegistry } from '@ndsr/core';
import { Option } from 'commander';
import type { Context } from '../context.js';
import { examples } from '../examples.js';
import type { Definition } from '../invoke.js';
import { type Change, changeFrom } from '../output/change.js';
import { localTime } from '../output/node-table.js';
import { toJsonLine } from '../output/python-output.js';
import { watchTable } from '../output/watch-table.js';
import { parsePath } from '../path-argument.js';

interface WatchOptions {
  readonly output?: 'json' | 'table';
}

export function defineWatch({ program, invoke }: Definition): void {
  program
    .command('watch')
    .description('print a node and its children, and again at each change, until a signal')
    .argument('<path>', 'absolute; it need not be there yet', parsePath)
    .addOption(
      new Option(
        '-o, --output <format>',
        'table (a live view) on a terminal, else json (a line for each change)',
      ).choices(['json', 'table']),
    )
    .addHelpText('after', examples('ndsr watch /production/ssh', 'ndsr watch /config/my_app -o json | jq .data'))
    .action((path: string, options: WatchOptions) => invoke((context) => watch(context, path, options)));
}

async function watch(context: Context, path: string, options: WatchOptions): Promise<undefined> {
  const output = options.output ?? (context.isTerminal ? 'table' : 'json');
  await context.withRegistry({ readOnly: true }, async (registry) => {
    for await (const change of changes(context, registry, path)) {
      await context.print(output === 'json' ? toJsonLine(change) : view(context, change));
    }
  });
}

/** Ends when the command shall: that is how one leaves a watch, no failure. */
async function* changes(context: Context, registry: ServiceRegistry, path: string): AsyncGenerator<Change, void> {
  let before: NodeSnapshot | undefined;
  try {
    for await (const snapshot of registry.watch(path, { signal: context.ending })) {
      yield changeFrom(before, snapshot, context.clock.date());
      before = snapshot;
    }
  } catch (error) {
    if (!context.ending.aborted) throw error;
  }
}

/** On a terminal it takes the place of the one before, and no more lines than there are. */
function view(context: Context, change: Change): string {
  const { columns, rows } = context.host.stdout;
  const time = localTime(Date.parse(change.at));
  const table = watchTable(change, time, { width: columns, heading: context.colors.bold });
  if (!context.isTerminal) return `${table}\n`;
  const lines = table.split('\n');
  const most = Math.max(2, (rows ?? 24) - 1);
  const shown = lines.length > most ? [...lines.slice(0, most - 1), `… ${lines.length - most} more`, ''] : lines;
  return `\u001b[H\u001b[2J${shown.join('\n')}`;
}
