import { InvalidArgumentError } from '../errors/argument-errors.js';
import type { UrlValueKind } from './backend-descriptor.js';

const expectations: Record<UrlValueKind, string> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  'rate-limit': 'CALLS/MS, such as 50/2000',
  'hold-ms': 'a number of milliseconds, such as 5000',
};

/** Parses text from a URL as the value of an option; undefined if it is not valid. */
function parseAs(kind: UrlValueKind, text: string): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'hold-ms': {
      const holdMs = parseAs('number', text);
      return holdMs === undefined ? undefined : { holdMs };
    }
    case 'rate-limit': {
      const [calls, perMs, ...rest] = text.split('/').map(Number);
      return rest.length === 0 && calls !== undefined && perMs !== undefined ? { calls, perMs } : undefined;
    }
  }
}

/** A number, a unit, a short word: no password, not even one that was given as the value of a wrong option. */
const harmless = /^[-\d.,/]{0,20}[a-z]{0,5}$/i;

/** @throws {InvalidArgumentError} naming the option, its value unless it may be a secret, and the accepted values */
export function urlValue(name: string, kind: UrlValueKind, text: string): unknown {
  const value = parseAs(kind, text);
  if (value !== undefined) return value;
  const given = harmless.test(text) ? `'${text}'` : `${text.length} characters`;
  const expected = kind === 'number' && name.endsWith('Ms') ? expectations['hold-ms'] : expectations[kind];
  throw new InvalidArgumentError(`option '${name}' is ${given}; expected ${expected}`);
}
