import type { RawNode } from '../backend/raw-node.js';
import type { NodeKind } from '../node/node-kind.js';

/**
 * Whose session an ephemeral node lives with: `us` now; `our-past`, an earlier session of this registry; `other`.
 * Null for a persistent node.
 */
export type Owner = 'us' | 'our-past' | 'other' | null;

/** What is known to be at a path. */
export type Seen =
  /** Not looked yet, or what was known may have changed unseen. */
  | { readonly at: 'unknown' }
  | { readonly at: 'absent' }
  | {
      readonly at: 'present';
      readonly owner: Owner;
      /** The owner's session id; `0n` for a persistent node. */
      readonly ownerId: bigint;
      readonly data: Uint8Array | null;
      readonly version: number;
      readonly numChildren: number;
    };

export const notLookedYet: Seen = { at: 'unknown' };

/** The sessions of one registry: the present one and those before it. */
export interface OwnSessions {
  readonly current: bigint | undefined;
  readonly past: ReadonlySet<bigint>;
}

export function seenFrom(node: RawNode, sessions: OwnSessions): Seen {
  const { stat, data } = node;
  if (stat === null) return { at: 'absent' };
  const { ephemeralOwner: ownerId, version, numChildren } = stat;
  return { at: 'present', owner: ownerOf(ownerId, sessions), ownerId, data, version, numChildren };
}

function ownerOf(id: bigint, sessions: OwnSessions): Owner {
  if (id === 0n) return null;
  if (id === sessions.current) return 'us';
  return sessions.past.has(id) ? 'our-past' : 'other';
}

/** What stands right after we made a node. */
export function seenAfterCreate(kind: NodeKind, data: Uint8Array, sessionId: bigint): Seen {
  const ephemeral = kind === 'ephemeral';
  return {
    at: 'present',
    owner: ephemeral ? 'us' : null,
    ownerId: ephemeral ? sessionId : 0n,
    data,
    version: 0,
    numChildren: 0,
  };
}
