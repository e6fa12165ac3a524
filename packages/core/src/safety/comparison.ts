import { sameBytes } from '../codec/same-data.js';

/** One state of one part of a node. */
export interface ObservedPart {
  /** Identifies the state by transaction ids, the owner or names. */
  readonly mark: string;
  readonly bytes: Uint8Array | null;
}

/**
 * A part that differs from the watch's report: the node itself, its list of children, or a child's data. Or `silence`: the
 * watch has reported nothing on this connection.
 */
export interface Difference {
  readonly kind: 'node' | 'children' | 'child' | 'silence';
  readonly known: ObservedPart;
  readonly actual: ObservedPart;
}

/** The result of one re-read. */
export interface Comparison {
  /** The number of reports by the watch: before the first re-read started, after the second one ended. */
  readonly deliveries: number;
  /** True if one watch on the servers reports every change of the node, false if several may be behind it. */
  readonly isOneWatch: boolean;
  /** By part. */
  readonly differences: ReadonlyMap<string, Difference>;
}

export const absent: ObservedPart = { mark: 'absent', bytes: null };

export function samePart(a: ObservedPart, b: ObservedPart): boolean {
  return a.mark === b.mark && sameBytes(a.bytes, b.bytes);
}

/**
 * The changes that the watch missed, judged by two re-reads with enough time between them for a report. A difference alone
 * proves nothing: the report may be on its way, with another change behind it. It is proof if the watch reported nothing at
 * all in between, or if it reported something and still shows a state that was outdated the whole time (one of several
 * watches on the servers is dead). With one watch any report proves that it works: a registration that was restored and deleted
 * again looks as it did in the first re-read.
 */
export function missedBetween(first: Comparison, second: Comparison): readonly Difference[] {
  const reportedNothing = first.deliveries === second.deliveries;
  return [...second.differences].flatMap(([part, now]) => {
    const before = first.differences.get(part);
    if (before === undefined || !samePart(before.known, now.known)) return [];
    const isOutdated = !second.isOneWatch && samePart(before.actual, now.actual);
    return reportedNothing || isOutdated ? [now] : [];
  });
}

/** For people, without any of the data. Empty if there was only silence. */
export function describeMissed(missed: readonly Difference[]): string {
  const children = missed.filter(({ kind }) => kind === 'child').length;
  const parts = missed.flatMap(({ kind, known, actual }) => {
    if (kind === 'children') return ['list of children'];
    if (kind !== 'node') return [];
    if (actual === absent) return ['deleted'];
    return [known === absent ? 'created' : 'data'];
  });
  if (children > 0) parts.push(`data of ${children} ${children === 1 ? 'child' : 'children'}`);
  return parts.join(', ');
}
