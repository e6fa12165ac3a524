import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { checkData } from '../../src/codec/check-data.js';
import { InvalidArgumentError } from '../../src/errors/argument-errors.js';

function nested(levels: number): object {
  let data: object = {};
  for (let i = 0; i < levels; i += 1) data = { a: data };
  return data;
}

function refusal(data: unknown): InvalidArgumentError {
  try {
    checkData(data, '/p');
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const cycle: Record<string, unknown> = { a: [] };
cycle.a = [{ back: cycle }];

class Point {
  x = 1;
}

describe('checkData', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'data is undefined;'],
    ['null', null, 'data is null;'],
    ['a number', 1, 'data is 1;'],
    ['a boolean', true, 'data is a boolean;'],
    ['an array', [], 'data is an array;'],
    ['a function', () => 1, 'data is a function;'],
    ['a Map', new Map(), 'data is an instance of Map;'],
    ['a BigInt inside', { a: { n: 1n } }, 'data.a.n is a bigint;'],
    ['NaN inside', { a: [0, Number.NaN] }, 'data.a[1] is NaN;'],
    ['Infinity inside', { a: Number.POSITIVE_INFINITY }, 'data.a is Infinity;'],
    ['a function inside', { a: [0, 0, { b: () => 1 }] }, 'data.a[2].b is a function;'],
    ['a symbol inside', { a: Symbol('x') }, 'data.a is a symbol;'],
    ['undefined in an array', { a: [undefined] }, 'data.a[0] is undefined;'],
    ['a sparse array', { a: new Array(1) }, 'data.a[0] is undefined;'],
    ['a Date inside', { at: new Date() }, 'data.at is an instance of Date;'],
    ['a Map inside', { a: new Map() }, 'data.a is an instance of Map;'],
    ['bytes inside', { a: new Uint8Array(1) }, 'data.a is an instance of Uint8Array;'],
    ['an instance inside', { p: new Point() }, 'data.p is an instance of Point;'],
    ['a boxed number', { a: Object(1) }, 'data.a is an instance of Number;'],
    ['an object without a class', { a: Object.create({ inherited: 1 }) }, 'data.a is an instance of Object;'],
    ['toJSON', { toJSON: () => ({}) }, 'data.toJSON is a function;'],
    ['a cycle', cycle, 'data.a[0].back is a cycle'],
    ['501 levels', nested(501), 'data is nested more than 500 levels deep;'],
  ])('refuses %s and names the place', (_, data, message) => {
    const error = refusal(data);
    expect(error.message.startsWith(message), error.message).toBe(true);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.path).toBe('/p');
  });

  it('names what it expected: an object at the root, a JSON value inside', () => {
    expect(refusal(1).message).toContain('expected a plain object of JSON values, or a string');
    expect(refusal({ a: 1n }).message).toContain('expected a JSON value');
  });

  it('never quotes the value itself', () => {
    expect(refusal({ password: Symbol('s3cret') }).message).not.toContain('s3cret');
  });

  it('names an object whose class is unknown', () => {
    const odd = Object.create(Object.create({}, { constructor: { value: undefined } }));
    expect(refusal({ odd }).message).toContain('data.odd is an instance of an unknown class');
  });

  it('accepts everything that JSON can represent', () => {
    const shared = { x: 1 };
    const data = { s: '', n: -1.5, b: false, z: null, a: [[], {}, 'x'], o: { p: {} }, twice: [shared, shared] };
    expect(() => checkData(data, '/p')).not.toThrow();
    expect(() => checkData({ left: undefined, a: { out: undefined } }, '/p')).not.toThrow();
    expect(() => checkData(Object.assign(Object.create(null), { a: 1 }), '/p')).not.toThrow();
    expect(() => checkData(nested(500), '/p')).not.toThrow();
    expect(() => checkData(JSON.parse('{"__proto__":{"constructor":1}}'), '/p')).not.toThrow();
  });

  it('accepts plain objects of another realm', () => {
    expect(() => checkData(runInNewContext('({ a: [1, { b: {} }] })'), '/p')).not.toThrow();
  });
});
