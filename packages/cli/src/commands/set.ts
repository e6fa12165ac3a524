import type { Context } from '../context.js';
import { type DataOptions, parseData, readData } from '../data-argument.js';
import { examples } from '../examples.js';
import type { Definition } from '../invoke.js';
import { parsePath } from '../path-argument.js';

export function defineSet({ program, invoke }: Definition): void {
  program
    .command('set')
    .description('store data in a persistent node, with pid and created added')
    .argument('<path>', 'absolute', parsePath)
    .argument('[data]', 'a JSON object, or text; - reads it from stdin; default: no data')
    .option('--text', 'the data is text, even if it looks like JSON')
    .addHelpText(
      'after',
      examples(
        `ndsr set /config/my_app '{"state":"enabled"}'`,
        'ndsr set /config/motd "Back at noon"',
        'ndsr set /config/my_app - < my_app.json',
      ),
    )
    .action((path: string, data: string | undefined, options: DataOptions) =>
      invoke((context) => set(context, path, data, options)),
    );
}

async function set(
  context: Context,
  path: string,
  given: string | undefined,
  options: DataOptions,
): Promise<undefined> {
  const text = given === '-' ? await readData(context.host.stdin, context.ending) : given;
  const data = text === undefined ? undefined : parseData(text, options);
  await context.withRegistry({}, (registry) =>
    context.progress(`writing ${path}`, context.unlessEnding(registry.setData(path, data))),
  );
  context.talk.say(`${path} is set`);
}
