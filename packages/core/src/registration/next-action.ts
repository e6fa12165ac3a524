import { hasSameData, hasSameOwnData } from '../codec/encode.js';
import type { NodeKind } from '../node/node-kind.js';
import type { DesiredState, RemovalScope } from './desired-state.js';
import type { ObservedNode } from './observed-node.js';

/** Why the desired state cannot be reached from the observed one. */
export type RefusalReason =
  /** The node has children. */
  | 'not-empty'
  /** Another live session owns an ephemeral node at the path. */
  | 'foreign-registration'
  /** Persistent data is desired, but this registry has an ephemeral node at the path. */
  | 'own-registration';

export type Action =
  /** The observed state is the desired one. */
  | { readonly do: 'nothing' }
  | { readonly do: 'read' }
  | { readonly do: 'create'; readonly kind: NodeKind; readonly data: Uint8Array }
  | { readonly do: 'write'; readonly data: Uint8Array; readonly version: number }
  | { readonly do: 'remove'; readonly version: number }
  /** Replaces the childless node of that version by ours, in one step where the backend can. */
  | { readonly do: 'replace'; readonly kind: NodeKind; readonly data: Uint8Array; readonly version: number }
  /** Another live session took the path from us: we yield until its node is gone. */
  | { readonly do: 'wait'; readonly owner: bigint }
  | { readonly do: 'refuse'; readonly why: RefusalReason };

type ObservedPresent = Extract<ObservedNode, { state: 'present' }>;
type DesiredPresent = Extract<DesiredState, { state: 'present' }>;

/**
 * The next step from the observed state towards the desired one. Pure: apply the action, read the node again, and ask for
 * the next action. A lost reply needs no special case then.
 *
 * @param established whether the desired node has existed as ours before. If not, a node of another session is a stale node
 * or a competing owner that was there first, and is taken over. If so, it was put there after ours, and we yield to it.
 */
export function nextAction(desired: DesiredState, observed: ObservedNode, established: boolean): Action {
  if (desired.state === 'absent') return nextForAbsence(desired.scope, observed);
  return desired.kind === 'ephemeral'
    ? nextForRegistration(desired, observed, established)
    : nextForData(desired, observed);
}

function nextForAbsence(scope: RemovalScope, observed: ObservedNode): Action {
  if (observed.state === 'unknown') return { do: 'read' };
  if (observed.state === 'absent') return { do: 'nothing' };
  const ours = observed.owner === 'us' || observed.owner === 'us-earlier';
  if (scope === 'own' && !ours) return { do: 'nothing' };
  if (observed.numChildren > 0) return { do: 'refuse', why: 'not-empty' };
  if (scope !== 'any' && observed.owner === 'other') return { do: 'refuse', why: 'foreign-registration' };
  return { do: 'remove', version: observed.version };
}

function nextForRegistration(desired: DesiredPresent, observed: ObservedNode, established: boolean): Action {
  const { kind } = desired;
  const data = desired.data.bytes;
  // The path is nearly always free, and the server's answer reports when it is not: reading first would cost a round trip.
  if (observed.state !== 'present') return { do: 'create', kind, data };
  if (observed.owner === 'us') return correctData(desired, observed);
  if (observed.owner === 'other' && established) return { do: 'wait', owner: observed.ownerId };
  if (observed.numChildren > 0) return { do: 'refuse', why: 'not-empty' };
  return { do: 'replace', kind, data, version: observed.version };
}

function correctData(desired: DesiredPresent, observed: ObservedPresent): Action {
  if (hasSameData(desired.data, observed.data)) return { do: 'nothing' };
  return { do: 'write', data: desired.data.bytes, version: observed.version };
}

function nextForData(desired: DesiredPresent, observed: ObservedNode): Action {
  if (observed.state === 'unknown') return { do: 'read' };
  if (observed.state === 'absent') return { do: 'create', kind: desired.kind, data: desired.data.bytes };
  if (observed.owner !== null) {
    return { do: 'refuse', why: observed.owner === 'other' ? 'foreign-registration' : 'own-registration' };
  }
  if (isDataAsDesired(desired, observed)) return { do: 'nothing' };
  return { do: 'write', data: desired.data.bytes, version: observed.version };
}

function isDataAsDesired(desired: DesiredPresent, observed: ObservedPresent): boolean {
  const hasData = observed.data !== null && observed.data.length > 0;
  return (hasData && !desired.explicit) || hasSameOwnData(desired.data, observed.data);
}
