import type { NodeStat } from '@ndsr/core/backend';

/** The stats that came with the data of a node and with its list of children; undefined if that was not read yet. */
type ReadStat = NodeStat | undefined;

/** The newer of the two. */
export function newestStat(data: ReadStat, list: ReadStat): ReadStat {
  return data !== undefined && list !== undefined && list.pzxid > data.pzxid ? list : data;
}

/** True if the data was read before a change that the list shows. */
export function isDataOlder(data: ReadStat, list: ReadStat): boolean {
  return data !== undefined && list !== undefined && (data.mzxid < list.mzxid || data.czxid < list.czxid);
}

/** True if the list was read before a change that the data shows. */
export function isListOlder(data: ReadStat, list: ReadStat): boolean {
  return data !== undefined && list !== undefined && (list.pzxid < data.pzxid || list.czxid < data.czxid);
}
