import { expect, test } from 'vitest';
import { sessionsIn } from '../../src/oracle/observe.mjs';
import { Growth, slopeOf } from '../../src/runners/soak/growth.mjs';
import { readOptions, UsageError } from '../../src/runners/soak/options.mjs';
import { Tally } from '../../src/runners/soak/tally.mjs';
import { healthyObservation } from './healthy-observation.mjs';

/** @import { Workers } from '../../src/environment/workers.mjs' */

const mebibyte = 2 ** 20;

test('the slope of a line is its slope, and of one sample none', () => {
  expect(slopeOf([0, 1, 2, 5].map((minutes) => ({ minutes, bytes: 100 + 7 * minutes })))).toBeCloseTo(7);
  expect(slopeOf([{ minutes: 1, bytes: 5 }])).toBe(0);
});

test('growth leaves out the beginning', () => {
  const growth = new Growth();
  for (let minutes = 0; minutes < 30; minutes += 1) growth.add({ minutes, bytes: minutes < 10 ? minutes * 50 : 600 });
  expect(growth.bytes).toBeCloseTo(0);
});

test('a process that leaks is a violation, one whose memory goes up and down is not', () => {
  expect(growthOf((minute) => minute * mebibyte)).toEqual(['heap', 'resident memory']);
  expect(growthOf((minute) => (minute % 7) * 3 * mebibyte)).toEqual([]);
});

/**
 * Returns the kinds of growth reported for a process that holds `bytesAt(minute)` bytes during three hours.
 *
 * @param {(minute: number) => number} bytesAt
 */
function growthOf(bytesAt) {
  const tally = new Tally();
  const workers = /** @type {Workers} */ (
    /** @type {unknown} */ ({ all: [{ name: 'worker 0.0' }], isLongLived: () => true })
  );
  for (let minute = 0; minute < 180; minute += 1) {
    const observation = healthyObservation();
    for (const { report } of observation.workers)
      report.resources = { heap: bytesAt(minute), rss: bytesAt(minute), sockets: 4 };
    tally.take(observation, workers, minute);
  }
  return tally.checkGrowth().map(({ text }) => /: (.+) grew/.exec(text)?.[1]);
}

test("sessions are read from a leader's dump, and the owners of ephemeral nodes are not", () => {
  const dump = `SessionTracker dump:
Session Sets (3)/(2):
0 expire at Wed Nov 25 23:26:28 UTC 2026:
1 expire at Wed Nov 25 23:26:28 UTC 2026:
\t0x100002def900000
1 expire at Wed Nov 25 23:26:29 UTC 2026:
\t0x300002df2c10000
ephemeral nodes dump:
Sessions with Ephemerals (1):
0x500002df2c10000:
\t/soak/alpha/instance-0-0
Connections dump:
Connections Sets (1)/(1):
1 expire at Wed Nov 25 23:26:32 UTC 2026:
\tip: /127.0.0.1:42672 sessionId: 0x300002df2c10000
`;
  expect(sessionsIn(dump)).toEqual(['0100002def900000', '0300002df2c10000']);
});

test('options have defaults, and an unknown option is rejected', () => {
  expect(readOptions([])).toMatchObject({ minutes: 2, workers: 8, verbose: false });
  expect(readOptions(['--minutes', '0.5', '--seed', '42', '--workers', '3', '--verbose'])).toEqual({
    minutes: 0.5,
    seed: 42,
    workers: 3,
    verbose: true,
  });
  for (const args of [['--minuets', '2'], ['--minutes', 'x'], ['--minutes', '-1'], ['--seed'], ['extra']]) {
    expect(() => readOptions(args)).toThrow(UsageError);
  }
});
