/** The outcome of a call. */
export type Outcome =
  | { readonly kind: 'resolved'; readonly value: unknown }
  | { readonly kind: 'rejected'; readonly error: unknown };

export function settled(call: Promise<unknown>): Promise<Outcome> {
  return call.then(
    (value) => ({ kind: 'resolved', value }),
    (error) => ({ kind: 'rejected', error }),
  );
}

export function isTrue(outcome: Outcome): boolean {
  return outcome.kind === 'resolved' && outcome.value === true;
}

/** A violation when the call resolved to anything other than `values`. */
export function resolvedOnlyWith(outcome: Outcome, ...values: readonly boolean[]): string[] {
  if (outcome.kind === 'rejected' || values.includes(outcome.value as boolean)) return [];
  return [`the call resolved to ${outcome.value}; allowed: ${values.join(' or ')}`];
}
