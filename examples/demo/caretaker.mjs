import { NotEmptyError } from '@ndsr/core';

/** @import { ServiceRegistry } from '@ndsr/core' */

/** The paths are in use by another application. */
export class OccupiedError extends Error {}

/**
 * Checks before the demo starts that it does not touch nodes of other applications.
 *
 * @param {ServiceRegistry} registry
 * @param {readonly string[]} paths that the demo is going to use
 * @returns {Promise<string[]>} the paths, those above them included, that do not exist; deepest first
 * @throws {OccupiedError} when one of `paths` has data or children
 */
export async function findAbsent(registry, paths) {
  for (const path of paths) {
    const { data, children } = await registry.get(path, { children: 'names' });
    if (data !== null || Object.keys(children).length > 0) {
      throw new OccupiedError(`${path} is in use there. Give the demo a place of its own: zookeeper-js://…/demo`);
    }
  }
  const all = paths.flatMap((path) => [path, path.slice(0, path.lastIndexOf('/'))]);
  const snapshots = await Promise.all(all.map((path) => registry.get(path, { children: 'names' })));
  for (const path of all) registry.unwatch(path);
  return snapshots.filter(({ stat }) => stat === null).map(({ path }) => path);
}

/**
 * Removes the nodes that the demo has created, unless they are in use by others.
 *
 * @param {ServiceRegistry} registry
 * @param {readonly string[]} paths as `findAbsent` returned them
 */
export async function tidyUp(registry, paths) {
  for (const path of paths) {
    try {
      await registry.unset(path);
    } catch (error) {
      if (!(error instanceof NotEmptyError)) throw error;
    }
  }
}
