import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseData, readData } from '../src/data-argument.js';

const { signal } = new AbortController();

describe('data on the command line', () => {
  it('is a JSON object or text', () => {
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

  it('is rejected when it looks like an object but is not one, without being quoted', () => {
    expect(() => parseData('{"password":hunter2}', {})).toThrow(/--text stores it as text/);
    expect(() => parseData('{"password":hunter2}', {})).not.toThrow(/hunter2/);
  });

  it('keeps __proto__ as an own key', () => {
    expect(Object.keys(parseData('{"__proto__":1}', {}))).toEqual(['__proto__']);
  });
});

describe('data from stdin', () => {
  it('loses only the line end that echo adds', async () => {
    expect(await readData(Readable.from([Buffer.from(' a\n'), Buffer.from('b \r\n')]), signal)).toBe(' a\nb ');
  });

  it('is rejected when it is not UTF-8', async () => {
    await expect(readData(Readable.from([Buffer.from([0xff])]), signal)).rejects.toThrow(/not UTF-8/);
  });

  it('is not read beyond the size limit when it is endless', async () => {
    const endless = new Readable({ read: (size) => void endless.push(Buffer.alloc(size)) });
    await expect(readData(endless, signal)).rejects.toThrow(/more than 1000000 bytes/);
  });

  it('is not awaited when the command must end', async () => {
    const abortion = new AbortController();
    const reading = readData(new Readable({ read: () => undefined }), abortion.signal);
    abortion.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
