import { saysSame, saysSameApartFromStamp } from '../codec/encode.js';
import type { NodeKind } from '../node/node-kind.js';
import type { Seen } from './seen.js';
import type { Reach, Wish } from './wish.js';

/** Why a wish cannot be carried out as things stand. */
export type Refusal =
  /** The node has children. */
  | 'not-empty'
  /** An ephemeral node of another live session stands there. */
  | 'foreign-registration'
  /** Persistent data was wanted where an ephemeral node of our own stands. */
  | 'own-registration';

export type Action =
  /** Things are as wished. */
  | { readonly do: 'nothing' }
  | { readonly do: 'look' }
  | { readonly do: 'create'; readonly kind: NodeKind; readonly data: Uint8Array }
  | { readonly do: 'write'; readonly data: Uint8Array; readonly version: number }
  | { readonly do: 'remove'; readonly version: number }
  /** The childless node of that version gives way to ours, in one step where the backend can. */
  | { readonly do: 'replace'; readonly kind: NodeKind; readonly data: Uint8Array; readonly version: number }
  /** Another live session took the path from us: we yield until it is gone. */
  | { readonly do: 'wait'; readonly owner: bigint }
  | { readonly do: 'refuse'; readonly why: Refusal };

type Present = Extract<Seen, { at: 'present' }>;
type PresentWish = Extract<Wish, { state: 'present' }>;

/**
 * What to do next, given what is wished and what is seen. Pure: perform the action, look again, decide again; a lost
 * reply heals by itself.
 *
 * @param held whether this wish has stood as our node before. A foreign node is a ghost or a rival that was there first
 * when it has not (it is taken over), and has been put there against us when it has (we yield).
 */
export function decide(wish: Wish, seen: Seen, held: boolean): Action {
  if (wish.state === 'absent') return decideAbsence(wish.reach, seen);
  return wish.kind === 'ephemeral' ? decideRegistration(wish, seen, held) : decideData(wish, seen);
}

function decideAbsence(reach: Reach, seen: Seen): Action {
  if (seen.at === 'unknown') return { do: 'look' };
  if (seen.at === 'absent') return { do: 'nothing' };
  const ours = seen.owner === 'us' || seen.owner === 'our-past';
  if (reach === 'own' && !ours) return { do: 'nothing' };
  if (seen.numChildren > 0) return { do: 'refuse', why: 'not-empty' };
  if (reach !== 'any' && seen.owner === 'other') return { do: 'refuse', why: 'foreign-registration' };
  return { do: 'remove', version: seen.version };
}

function decideRegistration(wish: PresentWish, seen: Seen, held: boolean): Action {
  const { kind } = wish;
  const data = wish.data.bytes;
  // Nearly always the path is free, and where it is not the answer says so: looking first would cost a round trip each.
  if (seen.at !== 'present') return { do: 'create', kind, data };
  if (seen.owner === 'us') return correctData(wish, seen);
  if (seen.owner === 'other' && held) return { do: 'wait', owner: seen.ownerId };
  if (seen.numChildren > 0) return { do: 'refuse', why: 'not-empty' };
  return { do: 'replace', kind, data, version: seen.version };
}

function correctData(wish: PresentWish, seen: Present): Action {
  if (saysSame(wish.data, seen.data)) return { do: 'nothing' };
  return { do: 'write', data: wish.data.bytes, version: seen.version };
}

function decideData(wish: PresentWish, seen: Seen): Action {
  if (seen.at === 'unknown') return { do: 'look' };
  if (seen.at === 'absent') return { do: 'create', kind: wish.kind, data: wish.data.bytes };
  if (seen.owner !== null) {
    return { do: 'refuse', why: seen.owner === 'other' ? 'foreign-registration' : 'own-registration' };
  }
  return isDataAsWished(wish, seen) ? { do: 'nothing' } : { do: 'write', data: wish.data.bytes, version: seen.version };
}

function isDataAsWished(wish: PresentWish, seen: Present): boolean {
  const hasData = seen.data !== null && seen.data.length > 0;
  return (hasData && !wish.explicit) || saysSameApartFromStamp(wish.data, seen.data);
}
