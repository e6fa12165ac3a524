import fc from 'fast-check';
import type { JsonValue, NodeData } from '../../src/node/node-snapshot.js';

/** Names that have broken a program before. */
const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'pid',
  'created',
  'string_value',
  '0',
  '-1',
  '',
);

const key = fc.oneof(hostileKey, fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 4 }));

const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
  fc.boolean(),
  fc.constant(null),
);

/** An object with own properties of those names, whatever they are. */
export function fromPairs(pairs: readonly (readonly [string, JsonValue])[]): NodeData {
  return Object.fromEntries(pairs);
}

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map(fromPairs),
  ),
}));

/** Data that a caller may pass, with hostile names too. */
export const nodeData: fc.Arbitrary<NodeData> = fc.array(fc.tuple(key, value), { maxLength: 6 }).map(fromPairs);

/** Bytes as strangers write them: anything at all, broken JSON, JSON, and text. */
export const strangeBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.json().map(utf8),
  nodeData.map((data) => utf8(JSON.stringify(data))),
  fc.string({ unit: 'binary', maxLength: 40 }).map(utf8),
  fc.string({ maxLength: 20 }).map((text) => utf8(`{${text}}`)),
  fc.uint8Array({ maxLength: 20 }).map((inner) => Uint8Array.from([0x7b, ...inner, 0x7d])),
);

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
