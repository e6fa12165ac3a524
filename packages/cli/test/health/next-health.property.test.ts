import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HealthRules, nextHealth, unknownHealth } from '../../src/health/next-health.js';

const rules = fc.record({ rise: fc.integer({ min: 1, max: 5 }), fall: fc.integer({ min: 1, max: 5 }) });
const checks = fc.array(fc.boolean(), { maxLength: 200 });

/** Up or down after each check. */
function play(results: readonly boolean[], each: HealthRules): boolean[] {
  let health = unknownHealth;
  return results.map((passed) => {
    health = nextHealth(health, passed, each);
    return health.up;
  });
}

function changesIn(ups: readonly boolean[], from: number, to: number): number {
  return ups.slice(from, to).filter((up, index) => up !== (ups[from + index - 1] ?? false)).length;
}

describe('health', () => {
  it('changes at most twice in any rise + fall checks', () => {
    fc.assert(
      fc.property(checks, rules, (results, each) => {
        const ups = play(results, each);
        for (let from = 0; from < ups.length; from += 1) {
          expect(changesIn(ups, from, from + each.rise + each.fall)).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  it('never changes when no two consecutive checks have the same result', () => {
    const flapping = Array.from({ length: 100 }, (_, index) => index % 2 === 0);
    expect(play(flapping, { rise: 2, fall: 2 })).not.toContain(true);
  });

  it('goes up after rise passes in a row, and down after fall failures in a row', () => {
    const results = [true, true, false, false, true, false, false, false];
    expect(play(results, { rise: 2, fall: 3 })).toEqual([false, true, true, true, true, true, true, false]);
  });
});
