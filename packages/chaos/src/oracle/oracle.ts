import { isDeepStrictEqual } from 'node:util';
import type { NodeSnapshot, NodeStat, SnapshotDetail } from '@ndsr/core';

/** A node as stored on the servers. */
export interface StoredNode {
  readonly data: Buffer | null;
  readonly stat: NodeStat;
}

/** The state of the servers, read by a reference client that shares no code with the library. */
export class Oracle {
  readonly #nodes: ReadonlyMap<string, StoredNode>;

  constructor(nodes: ReadonlyMap<string, StoredNode>) {
    this.#nodes = nodes;
  }

  at(path: string): StoredNode | undefined {
    return this.#nodes.get(path);
  }

  /** The paths of all ephemeral nodes, or of those owned by `session`. */
  ephemerals(session?: bigint): string[] {
    const owned = [...this.#nodes].filter(([, { stat }]) => stat.ephemeralOwner !== 0n);
    return owned
      .filter(([, { stat }]) => stat.ephemeralOwner === (session ?? stat.ephemeralOwner))
      .map(([path]) => path);
  }

  childNames(path: string): string[] {
    const prefix = `${path}/`;
    const below = [...this.#nodes.keys()].filter((one) => one.startsWith(prefix));
    return below.map((one) => one.slice(prefix.length)).filter((name) => !name.includes('/'));
  }

  /** How `snapshot` differs from the servers' state; undefined when it does not. */
  differenceFrom(path: string, snapshot: NodeSnapshot | undefined, detail: SnapshotDetail): string | undefined {
    if (snapshot === undefined) return `no snapshot of ${path}`;
    const expected = this.#expected(path, detail);
    const actual = { data: snapshot.data, stat: snapshot.stat, children: { ...snapshot.children } };
    if (isDeepStrictEqual(asPlain(actual), asPlain(expected))) return undefined;
    return `${path} is shown as ${shown(actual)}, expected ${shown(expected)}`;
  }

  /** Nodes whose data or stat changed until `later`. */
  differencesTo(later: Oracle): string[] {
    const paths = new Set([...this.#nodes.keys(), ...later.#nodes.keys()]);
    const changed = [...paths].filter((path) => !isDeepStrictEqual(this.at(path), later.at(path)));
    return changed.map((path) => `${path} changed from ${shown(this.at(path))} to ${shown(later.at(path))}`);
  }

  #expected(path: string, detail: SnapshotDetail) {
    const node = this.at(path);
    const names = this.childNames(path);
    const children = names.map((name) => [name, detail === 'names' ? null : read(this.at(`${path}/${name}`))] as const);
    return { data: read(node), stat: node?.stat ?? null, children: Object.fromEntries(children) };
  }
}

/** The suite writes only objects; a parent node has no data. */
function read(node: StoredNode | undefined): unknown {
  return node?.data ? JSON.parse(node.data.toString()) : null;
}

/** Ignores null prototypes and frozen objects. */
function asPlain(value: object): unknown {
  return JSON.parse(shown(value));
}

function shown(value: object | undefined): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : sorted(part)));
}

function sorted(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
