import type { Context } from '../context.js';
import { parseCount, parseDuration } from '../duration.js';
import { Exit } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import type { Definition } from '../invoke.js';
import { parsePath } from '../path-argument.js';
import { escapeControls, joinSafe, safeText } from '../safe-text.js';

interface WaitOptions {
  readonly min: number;
  readonly wait?: number;
}

export function defineWait({ program, invoke }: Definition): void {
  program
    .command('wait')
    .description('wait until a service has enough instances, and print their names')
    .argument('<path>', 'absolute', parsePath)
    .requiredOption('--min <count>', 'number of children to wait for', parseCount)
    .option('--wait <duration>', 'at most this long; default: no limit', parseDuration)
    .addHelpText('after', examples('ndsr wait /production/db --min 1', 'ndsr wait /production/web --min 3 --wait 30s'))
    .action((path: string, options: WaitOptions) => invoke((context) => wait(context, path, options)));
}

async function wait(context: Context, path: string, { min, wait: waitMs }: WaitOptions): Promise<undefined> {
  const names = await context.withRegistry({ readOnly: true }, async (registry) => {
    await context.warnOfMissingChroot(registry);
    const options = { children: 'names', minChildren: min, onTimeout: 'resolve', signal: context.ending } as const;
    const waited = registry.get(path, { ...options, waitMs: waitMs ?? Number.POSITIVE_INFINITY });
    const known = (): number => Object.keys(registry.peek(path)?.children ?? {}).length;
    const { children } = await context.progress(() => `waiting for ${path}: ${known()} of ${min}`, waited);
    return Object.keys(children).sort();
  });
  if (names.length < min) throw new Exit(exitCodes.notInTime, `${path} has ${names.length} of ${min} in time`);
  await context.print(joinSafe(names.map((name) => safeText`${escapeControls(name)}\n`)));
}
