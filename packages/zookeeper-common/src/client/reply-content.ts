import { BackendError, checkPath, isName, type NodeStat } from '@ndsr/core/backend';

/**
 * Checks a list of children that was read; undefined if it is valid. A name becomes part of a path and a key: an invalid name
 * could be that of another node. A list that does not match its own stat would be read again for ever.
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

/** Checks the path of a watch event; undefined if it is valid. */
export function flawOfEventPath(path: unknown): BackendError | undefined {
  try {
    checkPath(path);
    return undefined;
  } catch (cause) {
    return new BackendError('The servers sent a watch event for a path that no node can have', { cause });
  }
}

/** Checks the path of a sequential node, whose number the servers append; undefined if it is valid. */
export function flawOfSequentialPath(asked: string, made: unknown): BackendError | undefined {
  if (typeof made === 'string' && made.startsWith(asked) && /^-?\d{9,10}$/.test(made.slice(asked.length)))
    return undefined;
  const shown = JSON.stringify(made ?? null);
  return new BackendError(`${asked}: the servers say that they made ${shown}; expected that name and ten digits`, {
    path: asked,
  });
}
