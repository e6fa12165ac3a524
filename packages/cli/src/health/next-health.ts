/** The health of a service, and the number of consecutive checks that contradict it. */
export interface Health {
  readonly up: boolean;
  readonly against: number;
}

export interface HealthRules {
  /** The number of checks in a row that must pass to be up. */
  readonly rise: number;
  /** The number of checks in a row that must fail to be down. */
  readonly fall: number;
}

/** Down until enough checks have passed. */
export const unknownHealth: Health = { up: false, against: 0 };

/**
 * The health after another check. It changes at most twice in any `rise + fall` checks, so a check that flaps faster changes nothing.
 */
export function nextHealth({ up, against }: Health, passed: boolean, { rise, fall }: HealthRules): Health {
  if (passed === up) return { up, against: 0 };
  const enough = up ? fall : rise;
  return against + 1 >= enough ? { up: !up, against: 0 } : { up, against: against + 1 };
}
