import { Option } from 'commander';
import type { Context } from '../context.js';
import { examples } from '../examples.js';
import type { Definition } from '../invoke.js';
import { nodeTable } from '../output/node-table.js';
import { toJson, toPaths, toPython } from '../output/python-output.js';
import { parsePath } from '../path-argument.js';
import type { SafeText } from '../safe-text.js';
import { readTree, type TreeNode } from '../tree/tree-node.js';

interface GetOptions {
  readonly data?: boolean;
  readonly recursive?: boolean;
  readonly output?: 'yaml' | 'json' | 'dir' | 'table';
}

export function defineGet({ program, invoke }: Definition): void {
  program
    .command('get')
    .description('print a node, like the Python ndsr or as a table')
    .argument('[path]', 'absolute', parsePath, '/')
    .option('-d, --data', 'with its data (yaml, json; a table always shows it)')
    .option('-r, --recursive', 'with its descendants')
    .addOption(
      new Option('-o, --output <format>', 'default: table on a terminal, otherwise yaml').choices([
        'yaml',
        'json',
        'dir',
        'table',
      ]),
    )
    .addHelpText(
      'after',
      examples('ndsr get /production/ssh', 'ndsr get /production -r -d -o json', 'ndsr get / -r -o dir'),
    )
    .action((path: string, options: GetOptions) => invoke((context) => get(context, path, options)));
}

async function get(context: Context, path: string, options: GetOptions): Promise<undefined> {
  const output = options.output ?? (context.isTerminal ? 'table' : 'yaml');
  // A table of the node alone would not say who provides a service.
  const depth = options.recursive ? Number.POSITIVE_INFINITY : output === 'table' ? 1 : 0;
  const node = await context.withRegistry({ readOnly: true }, (registry) =>
    context.progress(`reading ${path}`, readTree(registry, path, { depth, signal: context.ending })),
  );
  await context.print(await format(context, node, output, options));
  if (hidesEverything(output, options))
    context.talk.hint('only the path is shown: -d adds its data, -r the nodes below it');
}

/** As the Python command prints it: `{}` below the path, whatever there is. */
function hidesEverything(output: string, { data, recursive }: GetOptions): boolean {
  return ['yaml', 'json'].includes(output) && !data && !recursive;
}

async function format(
  context: Context,
  node: TreeNode,
  output: string,
  { data, recursive }: GetOptions,
): Promise<SafeText> {
  const asked = { data: data ?? false, recursive: recursive ?? false };
  switch (output) {
    case 'json':
      return toJson(toPython(node, asked));
    case 'dir':
      return toPaths(node);
    case 'table':
      return nodeTable(node, context.tableOptions);
    default: {
      // Only here, so that no other command waits for yaml.
      const { toYaml } = await import('../output/yaml-output.js');
      return toYaml(toPython(node, asked));
    }
  }
}
