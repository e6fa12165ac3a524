import type { RawChild, RawNode } from '@ndsr/core/backend';
import type { ChildList } from './child-list.js';

const noChildren: RawNode['children'] = new Map();
const noChanges: ReadonlyMap<string, RawChild | null> = new Map();

/** The node to deliver. The first one of a watch is for keeps; a later one has what changed, and the list's own map. */
export function deliveryOf(
  path: string,
  data: RawNode['data'],
  stat: RawNode['stat'],
  list: ChildList | undefined,
  isFirst: boolean,
): RawNode {
  if (isFirst) return { path, data, children: list?.deliverAll() ?? noChildren, stat };
  if (list === undefined) return { path, data, children: noChildren, stat, changedChildren: noChanges };
  const { children, changed } = list.deliverChanges();
  return { path, data, children, stat, changedChildren: changed };
}
