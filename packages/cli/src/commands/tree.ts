import type { Context } from '../context.js';
import { parseCount } from '../duration.js';
import { examples } from '../examples.js';
import type { Definition } from '../invoke.js';
import { drawTree } from '../output/tree-drawing.js';
import { parsePath } from '../path-argument.js';
import { readTree } from '../tree/tree-node.js';

interface TreeOptions {
  readonly data?: boolean;
  readonly depth?: number;
}

export function defineTree({ program, invoke }: Definition): void {
  program
    .command('tree')
    .description('draw a node and its descendants; * marks ephemeral nodes')
    .argument('[path]', 'absolute', parsePath, '/')
    .option('-d, --data', 'with the data of each node')
    .option('--depth <levels>', 'maximum number of levels', parseCount)
    .addHelpText('after', examples('ndsr tree /', 'ndsr tree /production --depth 2 -d'))
    .action((path: string, options: TreeOptions) => invoke((context) => tree(context, path, options)));
}

async function tree(context: Context, path: string, options: TreeOptions): Promise<undefined> {
  const depth = options.depth ?? Number.POSITIVE_INFINITY;
  const node = await context.withRegistry({ readOnly: true }, (registry) =>
    context.progress(`reading ${path}`, readTree(registry, path, { depth, signal: context.ending })),
  );
  await context.print(drawTree(node, { data: options.data ?? false, faint: context.colors.dim }));
}
