import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseData, readData } from '../src/data-argument.js';

const { signal } = new AbortController();

describe('data on the command line', () => {
  it('are a JSON object, or text', () => {
    expect(parseData(' {"a":1} ', {})).toEqual({ a: 1 });
    expect(parseData('Back at noon', {})).toBe('Back at noon');
    for (const text of ['[draft] Back at noon', '12:30', '007', '"quoted" words', 'NaN', '', 'Null']) {
      expect(parseData(text, {})).toBe(text);
    }
    expect(parseData('{"a":1}', { text: true })).toBe('{"a":1}');
  });

  it.each([
    ['[1,2]', 'a JSON array'],
    [' [] \n', 'a JSON array'],
    ['42', 'a JSON number'],
    ['-1.5e3', 'a JSON number'],
    ['true', 'a JSON boolean'],
    ['false', 'a JSON boolean'],
    ['null', 'JSON null'],
    ['"42"', 'a JSON string'],
  ])('are refused when they are %s, which the registry would keep as text', (input, kind) => {
    expect(() => parseData(input, {})).toThrow(
      `Expected a JSON object or text, got ${kind}; to store it as text, use --text`,
    );
    expect(parseData(input, { text: true })).toBe(input);
  });

  it('are refused when they look like an object and are none, without being quoted', () => {
    expect(() => parseData('{"password":hunter2}', {})).toThrow(/--text takes them as text/);
    expect(() => parseData('{"password":hunter2}', {})).not.toThrow(/hunter2/);
  });

  it('keep __proto__ as a key of its own', () => {
    expect(Object.keys(parseData('{"__proto__":1}', {}))).toEqual(['__proto__']);
  });
});

describe('data from stdin', () => {
  it('lose the line end that echo adds, and nothing else', async () => {
    expect(await readData(Readable.from([Buffer.from(' a\n'), Buffer.from('b \r\n')]), signal)).toBe(' a\nb ');
  });

  it('are refused when they are not UTF-8', async () => {
    await expect(readData(Readable.from([Buffer.from([0xff])]), signal)).rejects.toThrow(/not UTF-8/);
  });

  it('are not read to an end that they do not have', async () => {
    const endless = new Readable({ read: (size) => void endless.push(Buffer.alloc(size)) });
    await expect(readData(endless, signal)).rejects.toThrow(/more than 1000000 bytes/);
  });

  it('are not waited for when the command shall end', async () => {
    const abortion = new AbortController();
    const reading = readData(new Readable({ read: () => undefined }), abortion.signal);
    abortion.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
