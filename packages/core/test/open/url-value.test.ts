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
] as const)('reads %s %s', (kind, text, value) => {
  expect(urlValue('option', kind, text)).toEqual(value);
});

it.each([
  ['number', ''],
  ['number', '4s'],
  ['number', 'Infinity'],
  ['boolean', 'yes'],
  ['rate-limit', '50'],
  ['rate-limit', '50/2000/3'],
] as const)('refuses to read %s from %j, and does not quote it', (kind, text) => {
  expect(() => urlValue('timeoutMs', kind, text)).toThrow(InvalidArgumentError);
  expect(() => urlValue('timeoutMs', kind, text)).toThrow(/option 'timeoutMs' does not read as/);
});
