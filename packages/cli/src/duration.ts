import { InvalidArgumentError, Option } from 'commander';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Parses `500ms`, `30s`, `2m`, `1h`, `1.5s` and `0` to milliseconds. A number without a unit is ambiguous and is rejected.
 *
 * @throws {InvalidArgumentError} of commander, which adds the option and the value
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = unitMs[match?.[2] ?? ''];
  if (text === '0') return 0;
  if (match === null || unit === undefined) {
    throw new InvalidArgumentError('Expected a duration such as 500ms, 30s, 2m or 1h.');
  }
  return Number(match[1]) * unit;
}

/** Like `parseDuration`, but rejects 0. */
export function parsePositiveDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('Expected a duration longer than 0, such as 5s.');
}

/** An option whose default is shown in the help in the same format as users type it. */
export function durationOption(flags: string, description: string, standard: string, parse = parseDuration): Option {
  return new Option(flags, description).argParser(parse).default(parse(standard), standard);
}

/** A whole number, 1 or more. */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('Expected a whole number, 1 or more.');
}
