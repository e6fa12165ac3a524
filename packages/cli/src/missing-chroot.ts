import { NoNodeError, type ServiceRegistry } from '@ndsr/core';
import { Exit } from './endings.js';
import { exitCodes } from './exit-codes.js';
import { showUrl, splitChroot } from './url.js';

/** Returns `error`, or a clearer one when the node is missing because the chroot does not exist. */
export async function explainMissing(error: unknown, registry: ServiceRegistry, url: string): Promise<unknown> {
  if (!(error instanceof NoNodeError)) return error;
  const missing = await missingChroot(registry, url);
  return missing === undefined ? error : new Exit(exitCodes.noNode, missing);
}

/** The message that the chroot of `url` does not exist, and how to create it; undefined when it exists or the URL has none. */
export async function missingChroot(registry: ServiceRegistry, url: string): Promise<string | undefined> {
  const { servers, chroot } = splitChroot(url);
  if (chroot === '' || !(await isMissing(registry))) return undefined;
  const place = showUrl(servers);
  const advice = `create it with \`ndsr set ${chroot} --url ${place}\`, or by the first write below it`;
  return `the chroot ${chroot} does not exist at ${place}; ${advice}`;
}

/** A node that cannot be read may exist. */
async function isMissing(registry: ServiceRegistry): Promise<boolean> {
  try {
    return (await registry.get('/', { children: 'names' })).stat === null;
  } catch {
    return false;
  } finally {
    registry.unwatch('/');
  }
}
