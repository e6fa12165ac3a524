import type { ServiceRegistry } from '@ndsr/core';
import { Option } from 'commander';
import type { Context } from '../context.js';
import { examples } from '../examples.js';
import type { Definition } from '../invoke.js';
import { type Change, changeFrom } from '../output/change.js';
import { localTime, showData } from '../output/node-table.js';
import { toJsonLine } from '../output/python-output.js';
import { formatTable, type TableOptions } from '../output/table.js';
import { parsePath } from '../path-argument.js';
import { joinSafe, type SafeText, safeText } from '../safe-text.js';

interface WatchOptions {
  readonly output?: 'json' | 'table';
  readonly once?: boolean;
}

export function defineWatch({ program, invoke }: Definition): void {
  program
    .command('watch')
    .description('print a node and its children, now and at each change, until a signal')
    .argument('<path>', 'absolute; it need not exist yet', parsePath)
    .addOption(
      new Option(
        '-o, --output <format>',
        'default: table (a live view) on a terminal, otherwise json (a line for each change)',
      ).choices(['json', 'table']),
    )
    .option('--once', 'print the current state only')
    .addHelpText('after', examples('ndsr watch /production/ssh', 'ndsr watch /config/my_app -o json | jq .data'))
    .action((path: string, options: WatchOptions) => invoke((context) => watch(context, path, options)));
}

async function watch(context: Context, path: string, options: WatchOptions): Promise<undefined> {
  const output = options.output ?? (context.isTerminal ? 'table' : 'json');
  const readerStays = context.endWithReader();
  try {
    await context.withRegistry({ readOnly: true }, async (registry) => {
      await context.warnOfMissingChroot(registry);
      for await (const change of changes(context, registry, path)) {
        await context.print(
          output === 'json' ? toJsonLine(change) : await view(context, change, options.once ?? false),
        );
        if (options.once) return;
      }
    });
  } finally {
    readerStays();
  }
}

/** Ends when the command is asked to end: the normal end of a watch, not a failure. */
async function* changes(context: Context, registry: ServiceRegistry, path: string): AsyncGenerator<Change, void> {
  try {
    for await (const update of registry.watch(path, { signal: context.ending, changes: true })) {
      yield changeFrom(update, context.clock.date());
    }
  } catch (error) {
    if (!context.ending.aborted) throw error;
  }
}

/** On a terminal it replaces the previous view and fits the height of the screen. */
async function view(context: Context, change: Change, once: boolean): Promise<SafeText> {
  const time = localTime(Date.parse(change.at));
  const table = await watchTable(change, time, context.tableOptions);
  if (once) return table;
  if (!context.isTerminal) return safeText`${table}\n`;
  const lines = table.split('\n') as SafeText[];
  const most = Math.max(2, (context.host.stdout.rows ?? 24) - 1);
  const rest = safeText`… ${lines.length - most} more`;
  const shown = lines.length > most ? [...lines.slice(0, most - 1), rest, safeText``] : lines;
  return safeText`\u001b[H\u001b[2J${joinSafe(shown, safeText`\n`)}`;
}

/** One snapshot of a service, for people: a line for the node and one for each child; changes are marked. */
function watchTable(change: Change, time: string, options: TableOptions): Promise<SafeText> {
  const names = Object.keys(change.children).sort();
  const node = change.exists ? `${names.length} below` : 'is not there';
  const own = change.data === null ? '' : `  ${showData(change.data)}`;
  const marks = new Map<string, string>();
  for (const name of change.added) marks.set(name, '+');
  for (const name of change.changed) marks.set(name, '~');
  const rows = names.map((name) => [marks.get(name) ?? ' ', name, showData(change.children[name] ?? null)]);
  const gone = change.removed.map((name) => ['-', name, '']);
  return formatTable([' ', `${change.path}  ${node}`, `${time}${own}`], [...rows, ...gone], options);
}
