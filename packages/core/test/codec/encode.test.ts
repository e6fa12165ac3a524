import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeData } from '../../src/codec/decode.js';
import { encodeData, hasSameData, hasSameOwnData } from '../../src/codec/encode.js';
import { InvalidArgumentError } from '../../src/errors/argument-errors.js';
import { DataTooLargeError } from '../../src/errors/node-errors.js';
import { nodeData, utf8 } from '../support/json-values.js';

const writer = { pid: 12345, date: new Date(2026, 10, 22, 9, 30, 0) };
const stamp = { pid: 12345, created: '2026-11-22 09:30:00' };

function encode(data: Parameters<typeof encodeData>[1], limit = 1_000_000) {
  return encodeData('/a', data, writer, limit);
}

function text(data: Parameters<typeof encodeData>[1]): string {
  return new TextDecoder().decode(encode(data).bytes);
}

describe('encodeData', () => {
  it.each<[string, Parameters<typeof encodeData>[1], string]>([
    ['nothing', undefined, '{"pid":12345,"created":"2026-11-22 09:30:00"}'],
    ['null', null, '{"pid":12345,"created":"2026-11-22 09:30:00"}'],
    ['an empty object', {}, '{"pid":12345,"created":"2026-11-22 09:30:00"}'],
    ['an object', { foo: 'bar' }, '{"pid":12345,"created":"2026-11-22 09:30:00","foo":"bar"}'],
    ['text', ' hello', '{"pid":12345,"created":"2026-11-22 09:30:00","string_value":" hello"}'],
    ['empty text', '', '{"pid":12345,"created":"2026-11-22 09:30:00","string_value":""}'],
    ['a pid of the caller, in its place', { a: 1, pid: 7 }, '{"pid":7,"created":"2026-11-22 09:30:00","a":1}'],
    ['a created of the caller', { created: 'x' }, '{"pid":12345,"created":"x"}'],
    ['text beyond ASCII', { a: 'ü' }, '{"pid":12345,"created":"2026-11-22 09:30:00","a":"ü"}'],
  ])('writes %s as the Python package does', (_, data, expected) => {
    expect(text(data)).toBe(expected);
  });

  it('treats an undefined key as omitted, including pid and created', () => {
    const data = { a: undefined, pid: undefined } as unknown as Parameters<typeof encodeData>[1];
    expect(decodeData(encode(data).bytes)).toEqual(stamp);
    expect(encode(data).added).toEqual(['pid', 'created']);
  });

  it('decodes to the given data, with pid and created', () => {
    fc.assert(
      fc.property(nodeData, (data) => {
        const back = decodeData(encode(data).bytes) ?? {};
        const expected = new Map(Object.entries({ ...stamp, ...data }));
        expect(new Map(Object.entries(back))).toEqual(expected);
        expect(Object.hasOwn(back, '__proto__')).toBe(Object.hasOwn(data, '__proto__'));
      }),
      { numRuns: 400 },
    );
  });

  it("keeps the order of the caller's keys", () => {
    const keys = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,5}$/), { maxLength: 6 });
    fc.assert(
      fc.property(keys, (names) => {
        const data = Object.fromEntries(names.map((name) => [name, 1]));
        const written = Object.keys(decodeData(encode(data).bytes) ?? {});
        const rest = names.filter((name) => name !== 'pid' && name !== 'created');
        expect(written).toEqual(['pid', 'created', ...rest]);
      }),
    );
  });

  it('measures path and bytes together, in bytes', () => {
    const size = encode({ a: 'ü' }).bytes.length + 2;
    expect(() => encode({ a: 'ü' }, size)).not.toThrow();
    expect(() => encode({ a: 'ü' }, size - 1)).toThrow(DataTooLargeError);
    expect(() => encode({ a: 'ü' }, size - 1)).toThrow(`takes ${size} bytes; at most ${size - 1}`);
  });

  it('refuses what JSON cannot represent', () => {
    for (const data of [0, false, [], [['k', 'v']], Number.NaN]) {
      expect(() => encode(data as never)).toThrow(InvalidArgumentError);
    }
  });
});

describe('hasSameData', () => {
  it('compares the data: spacing and the order of keys do not matter', () => {
    const encoded = encode({ a: 1, b: [1, { c: null }] });
    const other = '{ "b": [1, {"c": null}], "a": 1.0, "created": "2026-11-22 09:30:00", "pid": 12345 }';
    expect(hasSameData(encoded, utf8(other))).toBe(true);
    expect(hasSameData(encoded, utf8(other.replace('1.0', '2')))).toBe(false);
    expect(hasSameData(encoded, null)).toBe(false);
  });
});

describe('hasSameOwnData', () => {
  it('ignores an added pid and created', () => {
    expect(hasSameOwnData(encode({ a: 1 }), utf8('{"pid":1,"created":"then","a":1}'))).toBe(true);
    expect(hasSameOwnData(encode({ a: 1 }), utf8('{"a":1}'))).toBe(true);
    expect(hasSameOwnData(encode({ a: 1 }), utf8('{"pid":1,"a":2}'))).toBe(false);
  });

  it("counts the caller's own", () => {
    expect(hasSameOwnData(encode({ pid: 7 }), utf8('{"pid":7,"created":"then"}'))).toBe(true);
    expect(hasSameOwnData(encode({ pid: 7 }), utf8('{"pid":8,"created":"then"}'))).toBe(false);
  });

  it('distinguishes a node without data, even if none was given', () => {
    expect(hasSameOwnData(encode(undefined), null)).toBe(false);
    expect(hasSameOwnData(encode(undefined), utf8(' '))).toBe(true);
  });

  it('holds between any two encodings of the same data', () => {
    fc.assert(
      fc.property(nodeData, nodeData, (one, two) => {
        const later = encodeData('/a', one, { pid: 2, date: new Date() }, 1_000_000);
        expect(hasSameOwnData(encode(one), later.bytes)).toBe(true);
        const other = encodeData('/a', { ...two, mark: 1 }, writer, 1_000_000);
        if (!Object.hasOwn(one, 'mark')) expect(hasSameOwnData(encode(one), other.bytes)).toBe(false);
      }),
    );
  });
});
