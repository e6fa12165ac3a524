import { expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/index.js';
import { urlValue } from '../../src/open/url-value.js';

it.each([
  ['text', 'defer', 'defer'],
  ['text', '', ''],
  ['number', '4000', 4000],
  ['number', '0.5', 0.5],
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['rate-limit', '50/2000', { calls: 50, perMs: 2000 }],
  ['rate-limit', '0.5/1000', { calls: 0.5, perMs: 1000 }],
  ['hold-ms', '5000', { holdMs: 5000 }],
] as const)('parses %s %s', (kind, text, value) => {
  expect(urlValue('option', kind, text)).toEqual(value);
});

it.each([
  ['number', '', 'a number of milliseconds, such as 5000'],
  ['number', '4s', 'a number of milliseconds, such as 5000'],
  ['boolean', 'yes', 'true or false'],
  ['rate-limit', '50', 'CALLS/MS, such as 50/2000'],
  ['rate-limit', '50/2000/3', 'CALLS/MS, such as 50/2000'],
  ['hold-ms', '5s', 'a number of milliseconds, such as 5000'],
] as const)('refuses to parse %s from %j, and quotes it', (kind, text, expected) => {
  expect(() => urlValue('timeoutMs', kind, text)).toThrow(
    new InvalidArgumentError(`option 'timeoutMs' is '${text}'; expected ${expected}`),
  );
});

it.each(['x'.repeat(1_000), 'Infinity', 'hunter2', 's3cret:word'])(
  'does not quote %j, which may be a secret',
  (text) => {
    expect(() => urlValue('depth', 'number', text)).toThrow(
      new InvalidArgumentError(`option 'depth' is ${text.length} characters; expected a number`),
    );
  },
);
