import { BackendError, checkPath, isName, type NodeStat } from '@ndsr/core/backend';

/**
 * What is wrong with a list of children that was read; undefined where it is sound. A name becomes a part of a path and a
 * key: one that no node can have would be another node's. A list that does not fit its own stat would be read again for ever.
 */
export function flawOfChildren(path: string, names: readonly unknown[], stat: NodeStat): BackendError | undefined {
  const odd = names.find((name) => !isName(name));
  if (odd !== undefined || names.includes(undefined)) {
    const shown = JSON.stringify(odd ?? null);
    return new BackendError(`${path}: the servers list a child named ${shown}, which no node can be`, { path });
  }
  const different = new Set(names).size;
  if (different === stat.numChildren && different === names.length) return undefined;
  const counts = `${names.length} names, ${different} different ones, for ${stat.numChildren} children`;
  return new BackendError(`${path}: the servers list ${counts}`, { path });
}

/** What is wrong with the path of a watch event; undefined where a node can have it. */
export function flawOfEventPath(path: unknown): BackendError | undefined {
  try {
    checkPath(path);
    return undefined;
  } catch (cause) {
    return new BackendError('The servers sent a watch event for a path that no node can have', { cause });
  }
}

/** What is wrong with the path of a node whose name the servers completed with a number; undefined where it is sound. */
export function flawOfSequentialPath(asked: string, made: unknown): BackendError | undefined {
  if (typeof made === 'string' && made.startsWith(asked) && /^-?\d{9,10}$/.test(made.slice(asked.length)))
    return undefined;
  const shown = JSON.stringify(made ?? null);
  return new BackendError(`${asked}: the servers say that they made ${shown}; expected that name and ten digits`, {
    path: asked,
  });
}
