import { sameBytes } from '../codec/same-data.js';

/** One part of a node as somebody has seen it. */
export interface Sight {
  /** Which state of it that is, as far as numbers tell: transactions, an owner, names. */
  readonly mark: string;
  readonly bytes: Uint8Array | null;
}

/**
 * A part of which the watch told otherwise: the node itself, its list of children, a child's data; or that it told nothing
 * since there is a connection.
 */
export interface Difference {
  readonly what: 'node' | 'children' | 'child' | 'silence';
  readonly known: Sight;
  readonly truth: Sight;
}

/** What one look found, by part. */
export interface Findings {
  /** How often the watch had told by then: before the first look began, after the second had ended. */
  readonly deliveries: number;
  readonly differences: ReadonlyMap<string, Difference>;
}

export const absent: Sight = { mark: 'absent', bytes: null };

export function sameSight(a: Sight, b: Sight): boolean {
  return a.mark === b.mark && sameBytes(a.bytes, b.bytes);
}

/**
 * What the watch missed, going by two looks with time between them in which it could have told. A difference alone is no
 * proof: the change may be on its way, and another after it. It is one where the watch told nothing at all meanwhile, and
 * where it told and went on showing what had been over for the whole time (one of several watches on the servers is dead).
 */
export function missedBetween(first: Findings, second: Findings): readonly Difference[] {
  const toldNothing = first.deliveries === second.deliveries;
  return [...second.differences].flatMap(([part, now]) => {
    const before = first.differences.get(part);
    if (before === undefined || !sameSight(before.known, now.known)) return [];
    return toldNothing || sameSight(before.truth, now.truth) ? [now] : [];
  });
}

/** In words, without anything of the data; empty when nothing but silence was found. */
export function describeMissed(missed: readonly Difference[]): string {
  const children = missed.filter(({ what }) => what === 'child').length;
  const parts = missed.flatMap(({ what, known, truth }) => {
    if (what === 'children') return ['its list of children'];
    if (what !== 'node') return [];
    if (truth === absent) return ['that it is gone'];
    return [known === absent ? 'that it is there' : 'its data'];
  });
  if (children > 0) parts.push(`the data of ${children} ${children === 1 ? 'child' : 'children'}`);
  return parts.join(', ');
}
