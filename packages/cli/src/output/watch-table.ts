import type { SafeText } from '../safe-text.js';
import type { Change } from './change.js';
import { showData } from './node-table.js';
import { formatTable, type TableOptions } from './table.js';

/** One snapshot of a service, for people: a line for the node and one for each child; changes are marked. */
export function watchTable(change: Change, time: string, options: TableOptions): Promise<SafeText> {
  const names = Object.keys(change.children).sort();
  const node = change.exists ? `${names.length} below` : 'is not there';
  const own = change.data === null ? '' : `  ${showData(change.data)}`;
  const marks = new Map<string, string>();
  for (const name of change.added) marks.set(name, '+');
  for (const name of change.changed) marks.set(name, '~');
  const rows = names.map((name) => [marks.get(name) ?? ' ', name, showData(change.children[name] ?? null)]);
  const gone = change.removed.map((name) => ['-', name, '']);
  return formatTable([' ', `${change.path}  ${node}`, `${time}${own}`], [...rows, ...gone], options);
}
