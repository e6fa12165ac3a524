import type { ServiceRegistry } from '@ndsr/core';
import { parentOf } from '@ndsr/core/backend';
import type { Context } from '../context.js';
import { splitChroot } from '../url.js';
import type { Finding } from './finding.js';

const mostNames = 8;

/** For a chroot that does not exist: finds the nodes that exist instead. */
export async function findChroot(context: Context): Promise<Finding> {
  const { servers, chroot, query } = splitChroot(context.url);
  const registry = await context.open({ readOnly: true }, servers + query);
  const check = `chroot ${chroot}`;
  try {
    const { path, names } = await deepest(registry, chroot);
    const [some, rest] = [names.slice(0, mostNames).join(', '), names.length > mostNames ? ', …' : ''];
    const advice = `check the spelling: below ${path} there is ${some || 'nothing'}${rest}. The first write creates it`;
    return { check, result: 'warn', detail: `ends at ${path}`, advice };
  } catch (error) {
    const advice = 'check the spelling; the first write creates it';
    return { check, result: 'warn', detail: error instanceof Error ? error.message : String(error), advice };
  } finally {
    await registry.stop();
  }
}

/** The deepest node on the way to `path` that exists. */
async function deepest(registry: ServiceRegistry, path: string): Promise<{ path: string; names: readonly string[] }> {
  const { stat, children } = await registry.get(path, { children: 'names' });
  const parent = parentOf(path);
  if (stat === null && parent !== undefined) return deepest(registry, parent);
  return { path, names: Object.keys(children).sort() };
}
