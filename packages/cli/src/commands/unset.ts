import { NotAuthorizedError, NotOwnerError, type ServiceRegistry } from '@ndsr/core';
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
    .description('remove a node without children; a missing node is not an error')
    .argument('<path>', 'absolute', parsePath)
    .option('--force', 'also remove the registration of a live process')
    .addHelpText('after', examples('ndsr unset /config/my_app', 'ndsr unset /production/ssh/server1:22 --force'))
    .action((path: string, options: UnsetOptions) => invoke((context) => unset(context, path, options)));
}

async function unset(context: Context, path: string, { force = false }: UnsetOptions): Promise<undefined> {
  try {
    const existed = await context.withRegistry({}, async (registry) => {
      const removed = await context.progress(`removing ${path}`, context.unlessEnding(remove(registry, path, force)));
      if (!removed) await context.warnOfMissingChroot(registry);
      return removed;
    });
    context.talk.say(existed ? `${path} is gone` : `there is nothing at ${path}`);
  } catch (error) {
    if (!(error instanceof NotOwnerError)) throw error;
    throw new Exit(exitCodes.taken, `${path} is registered by a live process; --force removes it`);
  }
}

/** Resolves to true when the node existed. */
async function remove(registry: ServiceRegistry, path: string, force: boolean): Promise<boolean> {
  const existed = await exists(registry, path);
  await registry.unset(path, { force });
  return existed;
}

async function exists(registry: ServiceRegistry, path: string): Promise<boolean> {
  try {
    return (await registry.get(path, { children: 'names' })).stat !== null;
  } catch (error) {
    // A node that may not be read exists, and it may be removable: that depends on the ACL of its parent.
    if (error instanceof NotAuthorizedError) return true;
    throw error;
  } finally {
    registry.unwatch(path);
  }
}
