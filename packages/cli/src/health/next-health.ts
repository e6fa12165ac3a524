/** What a service is taken for, and how many checks in a row have said otherwise. */
export interface Health {
  readonly up: boolean;
  readonly against: number;
}

export interface HealthRules {
  /** How many checks in a row must pass to be up. */
  readonly rise: number;
  /** How many checks in a row must fail to be down. */
  readonly fall: number;
}

/** Not trusted before it has passed. */
export const unknownHealth: Health = { up: false, against: 0 };

/**
 * The health after one more check. It changes at most twice in any `rise + fall` checks: a check that flaps faster than that changes
 * nothing.
 */
export function nextHealth({ up, against }: Health, passed: boolean, { rise, fall }: HealthRules): Health {
  if (passed === up) return { up, against: 0 };
  const enough = up ? fall : rise;
  return against + 1 >= enough ? { up: !up, against: 0 } : { up, against: against + 1 };
}
