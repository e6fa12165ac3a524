import type { NodeSnapshot, SnapshotDetail } from '@ndsr/core';
import { canonical } from './canonical.mjs';
import { differingPaths, expectedSnapshot, nodeText, type ServerNodes, type StoredNode } from './server-nodes.mjs';

/** The state of the servers, read by a reference client that shares no code with the library. */
export class Oracle {
  readonly #nodes: ServerNodes;

  constructor(nodes: ServerNodes) {
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

  /** How `snapshot` differs from the servers' state; undefined when it does not. */
  differenceFrom(path: string, snapshot: NodeSnapshot | undefined, detail: SnapshotDetail): string | undefined {
    if (snapshot === undefined) return `no snapshot of ${path}`;
    const expected = expectedSnapshot(this.#nodes, path, detail);
    const actual = canonical(snapshot);
    return actual === expected ? undefined : `${path} is shown as ${actual}, expected ${expected}`;
  }

  /** Nodes whose data, children or stat changed until `later`. */
  differencesTo(later: Oracle): string[] {
    return differingPaths(this.#nodes, later.#nodes).map(
      (path) => `${path} changed from ${nodeText(this.#nodes, path)} to ${nodeText(later.#nodes, path)}`,
    );
  }
}
