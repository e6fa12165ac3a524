import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeData, rawBytes, sameDecoded } from '../../src/codec/decode.js';
import { sameData } from '../../src/codec/same-data.js';
import { isDeepFrozen } from '../support/is-deep-frozen.js';
import { strangeBytes, utf8 } from '../support/json-values.js';

describe('decodeData', () => {
  it.each<[string, string, unknown]>([
    ['no bytes', '', null],
    ['white space alone', ' \n\t\r\v\f', {}],
    ['an object', '{"a":1}', { a: 1 }],
    ['an object in white space', ' \n{"a": 1 }\n', { a: 1 }],
    ['text', '  hello \n', { string_value: 'hello' }],
    ['text with an inner newline', 'a\nb', { string_value: 'a\nb' }],
    ['an array', '[1]', { string_value: '[1]' }],
    ['a number', '42', { string_value: '42' }],
    ['true', 'true', { string_value: 'true' }],
    ['null', 'null', { string_value: 'null' }],
    ['a JSON string', '"x"', { string_value: '"x"' }],
    ['a trailing comma', '{"a":1,}', { string_value: '{"a":1,}' }],
    ['single quotes', "{'a':1}", { string_value: "{'a':1}" }],
    ['two objects', '{"a":1} {"b":2}', { string_value: '{"a":1} {"b":2}' }],
    ['a raw control character', '{"a":"\u0001"}', { string_value: '{"a":"\u0001"}' }],
    ['NaN', '{"x":NaN}', { string_value: '{"x":NaN}' }],
    ['an object with string_value', '{"string_value":"x"}', { string_value: 'x' }],
    ['a duplicate key', '{"a":1,"a":2}', { a: 2 }],
    ['a no-break space', '\u00a0x\u00a0', { string_value: '\u00a0x\u00a0' }],
    ['a line separator', '\u2028x', { string_value: '\u2028x' }],
    ['a byte order mark', '\ufeff{"a":1}', { string_value: '\ufeff{"a":1}' }],
  ])('reads %s as the Python package does', (_, text, expected) => {
    expect(decodeData(utf8(text))).toEqual(expected);
  });

  it('reads a missing value as null', () => {
    expect(decodeData(null)).toBeNull();
  });

  it('never throws, and returns deeply frozen data', () => {
    fc.assert(
      fc.property(strangeBytes, (bytes) => {
        const data = decodeData(bytes);
        expect(data === null).toBe(bytes.length === 0);
        expect(isDeepFrozen(data)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps __proto__ as an ordinary key', () => {
    const data = decodeData(utf8('{"__proto__":{"polluted":true},"a":1}')) ?? {};
    expect(Object.keys(data)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['objects', (deep: number) => `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`],
    ['arrays', (deep: number) => `{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`],
  ])('handles %s nested 100,000 levels deep, and compares them', (_, nest) => {
    const bytes = utf8(nest(100_000));
    const data = decodeData(bytes);
    expect(Object.keys(data ?? {})).toEqual(['a']);
    expect(Object.isFrozen(data?.a)).toBe(true);
    expect(sameData(data, decodeData(bytes))).toBe(true);
  });

  it('reads a megabyte of inner spaces in linear time', () => {
    const bytes = utf8(`x${' '.repeat(1_000_000)}x`);
    const before = process.cpuUsage();
    expect(decodeData(bytes)?.string_value).toHaveLength(1_000_002);
    // In quadratic time it would take minutes of CPU time.
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });
});

describe('rawBytes', () => {
  it('returns bytes that are not UTF-8, as a copy', () => {
    const bytes = Uint8Array.from([0x61, 0xff, 0x62]);
    const data = decodeData(bytes);
    expect(data).toEqual({ string_value: 'a\ufffdb' });
    const raw = rawBytes(data ?? {});
    expect(raw).toEqual(bytes);
    expect(raw).not.toBe(bytes);
  });

  it('returns integers that a double cannot hold', () => {
    const bytes = utf8('{"id":9007199254740993}');
    expect(new TextDecoder().decode(rawBytes(decodeData(bytes) ?? {}))).toBe('{"id":9007199254740993}');
  });

  it('returns nothing for data that lost nothing, nor for data from elsewhere', () => {
    expect(rawBytes(decodeData(utf8('{"a":1}')) ?? {})).toBeUndefined();
    expect(rawBytes({ a: 1 })).toBeUndefined();
  });

  it('distinguishes equal data whose bytes differ', () => {
    const read = (last: string) => decodeData(utf8(`{"id":900719925474099${last}}`));
    expect(read('2')).toEqual(read('3'));
    expect(sameDecoded(read('2'), read('3'))).toBe(false);
    expect(sameDecoded(read('2'), read('2'))).toBe(true);
    expect(sameDecoded(decodeData(Uint8Array.of(0xff)), decodeData(Uint8Array.of(0xfe)))).toBe(false);
    expect(sameDecoded(null, null)).toBe(true);
    expect(sameDecoded(null, read('2'))).toBe(false);
  });
});
