import type { RawNode } from '../backend/raw-node.js';
import type { NodeKind } from '../node/node-kind.js';

/**
 * The session that owns an ephemeral node: this registry's current session (`us`), an earlier session of this registry
 * (`us-earlier`), or a session of another client (`other`). Null for a persistent node.
 */
export type Owner = 'us' | 'us-earlier' | 'other' | null;

/** The node at a path, as far as it is known. */
export type ObservedNode =
  /** Not read yet, or it may have changed unnoticed since. */
  | { readonly state: 'unknown' }
  | { readonly state: 'absent' }
  | {
      readonly state: 'present';
      readonly owner: Owner;
      /** The owner's session id; `0n` for a persistent node. */
      readonly ownerId: bigint;
      readonly data: Uint8Array | null;
      readonly version: number;
      readonly numChildren: number;
    };

export const notYetRead: ObservedNode = { state: 'unknown' };

/** The sessions of one registry: the current session and the earlier ones. */
export interface OwnSessions {
  readonly current: bigint | undefined;
  readonly past: ReadonlySet<bigint>;
}

export function observedFrom(node: RawNode, sessions: OwnSessions): ObservedNode {
  const { stat, data } = node;
  if (stat === null) return { state: 'absent' };
  const { ephemeralOwner: ownerId, version, numChildren } = stat;
  return { state: 'present', owner: ownerOf(ownerId, sessions), ownerId, data, version, numChildren };
}

function ownerOf(id: bigint, sessions: OwnSessions): Owner {
  if (id === 0n) return null;
  if (id === sessions.current) return 'us';
  return sessions.past.has(id) ? 'us-earlier' : 'other';
}

/** The node right after this registry created it. */
export function observedAfterCreate(kind: NodeKind, data: Uint8Array, sessionId: bigint): ObservedNode {
  const ephemeral = kind === 'ephemeral';
  return {
    state: 'present',
    owner: ephemeral ? 'us' : null,
    ownerId: ephemeral ? sessionId : 0n,
    data,
    version: 0,
    numChildren: 0,
  };
}
