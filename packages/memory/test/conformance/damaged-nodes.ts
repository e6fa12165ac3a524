import { type NodeStat, nameOnly, type RawChild, type RawNode } from '@ndsr/core/backend';
import { type DamagedBackend, damaged, damagedNodes } from './damaged-backend.js';

/** Backends that read and deliver damaged nodes, each in one way. */
export const damagedReads: Readonly<Record<string, DamagedBackend>> = {
  'reads stale children': {
    make: damaged((sound) => {
      const first = new Map<string, RawNode>();
      return {
        async read(path, options) {
          const node = await sound.read(path, options);
          const known = first.get(path);
          if (known === undefined || node.stat === null) first.set(path, node);
          return known === undefined || node.stat === null ? node : { ...node, children: known.children };
        },
      };
    }),
    caughtBy: {
      "a created child changes its parent's pzxid, cversion and numChildren, and nothing else": /numChildren is 1/,
    },
  },
  'delivers a stat older than the children': {
    make: damaged(
      damagedNodes((node) => {
        if (node.stat === null) return node;
        return { ...node, stat: { ...node.stat, numChildren: 0, cversion: 0, pzxid: node.stat.czxid } };
      }),
    ),
    caughtBy: { 'a watch delivers created and deleted children, and the stat with them': /numChildren is 0 with 1/ },
  },
  'keeps children in a plain object': {
    make: damaged(
      damagedNodes((node) => {
        const children: Record<string, RawChild> = {};
        for (const [name, child] of node.children) children[name] = child;
        return { ...node, children: new Map(Object.entries(children)) };
      }),
    ),
    caughtBy: { 'a node named __proto__ is made, listed, watched, written and removed like any other': /./ },
  },
  'looks nodes up in a plain object': {
    make: damaged((sound) => ({
      async read(path, options) {
        const node = await sound.read(path, options);
        const name = path.slice(path.lastIndexOf('/') + 1);
        const inherited = Reflect.get({}, name) !== undefined;
        return node.stat === null && inherited ? { ...node, stat: await someStat(sound.read('/', options)) } : node;
      },
    })),
    caughtBy: { 'a name that was never created does not exist, whatever objects inherit': /__proto__/ },
  },
  'gives transaction ids as numbers': {
    make: damaged(
      damagedNodes((node) => {
        const czxid: unknown = Number(node.stat?.czxid ?? 0);
        return node.stat === null ? node : { ...node, stat: { ...node.stat, czxid: czxid as bigint } };
      }),
    ),
    caughtBy: { 'the stat of a new node: one transaction, one time, all counters zero': /czxid is not a bigint/ },
  },
  'adds a field to the stat': {
    make: damaged(
      damagedNodes((node) => {
        const stat: NodeStat | null = node.stat === null ? null : Object.assign({ acl: [] }, node.stat);
        return { ...node, stat };
      }),
    ),
    caughtBy: { 'the stat of a new node: one transaction, one time, all counters zero': /acl/ },
  },
  'gives empty bytes instead of null': {
    make: damaged(damagedNodes((node) => ({ ...node, data: node.data ?? new Uint8Array(0) }))),
    caughtBy: {
      'a node created or written without bytes has null data, as itself and as a child': /empty instead of null/,
      'a path that does not exist reads as absent, with every detail': /an absent node has data/,
    },
  },
  'gives children without their stats': {
    make: damaged(
      damagedNodes((node) => {
        const children = [...node.children].map(([name]) => [name, nameOnly] as const);
        return { ...node, children: new Map(children) };
      }),
    ),
    caughtBy: { "with children 'data' every child has the stat that a read of it returns": /null/ },
  },
  'gives children that were not requested': {
    make: damaged((sound) => ({ read: (path) => sound.read(path, { children: 'data' }) })),
    caughtBy: {
      "with children 'none' the children are empty, but the stat counts them": /not asked for/,
      "with children 'names' every name is listed, with null for its data": /only names were asked for/,
    },
  },
  'decodes bytes as text on the way': {
    make: damaged(
      damagedNodes((node) => {
        const data = node.data === null ? null : new TextEncoder().encode(new TextDecoder().decode(node.data));
        return { ...node, data, stat: node.stat && { ...node.stat, dataLength: data?.length ?? 0 } };
      }),
    ),
    caughtBy: { 'every byte value is preserved': /./ },
  },
};

async function someStat(read: Promise<RawNode>): Promise<NodeStat | null> {
  return (await read).stat;
}
