import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPathError } from '../../src/errors/argument-errors.js';
import { checkPath, childOf, isName, nameOf, parentOf } from '../../src/node/path.js';

function refusal(path: unknown): InvalidPathError {
  try {
    checkPath(path);
  } catch (error) {
    if (error instanceof InvalidPathError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('checkPath', () => {
  it.each(['/', '/a', '/a/b/c', '/services/web/host:80', '/ü', '/a b', '/...', '/a..b', '/.a', '/\u00a0', '/\uf900'])(
    'accepts %j',
    (path) => {
      expect(checkPath(path)).toBe(path);
    },
  );

  it.each<[string, string]>([
    ['', 'it must be absolute'],
    ['a', 'it must be absolute'],
    ['a/b', 'it must be absolute'],
    ['/a/', 'it must not end with "/"'],
    ['//', 'it must not end with "/"'],
    ['//a', 'it has an empty name ("//")'],
    ['/a//b', 'it has an empty name ("//")'],
    ['/.', '"." is not allowed as a name'],
    ['/a/../b', '".." is not allowed as a name'],
    ['/a\0b', 'character U+0000 at 2 is not allowed'],
    ['/\u001f', 'character U+001F at 1 is not allowed'],
    ['/\u007f', 'character U+007F at 1 is not allowed'],
    ['/\u009f', 'character U+009F at 1 is not allowed'],
    ['/\ud83d\ude00', 'character U+D83D at 1 is not allowed'],
    ['/\uf8ff', 'character U+F8FF at 1 is not allowed'],
    ['/\ufff0', 'character U+FFF0 at 1 is not allowed'],
    ['/\uffff', 'character U+FFFF at 1 is not allowed'],
  ])('refuses %j with the reason', (path, reason) => {
    const error = refusal(path);
    expect(error.message).toBe(
      `Invalid path ${JSON.stringify(path)}: ${error.message.split(': ').slice(1).join(': ')}`,
    );
    expect(error.message).toContain(reason);
    expect(error.path).toBe(path);
    expect(error.code).toBe('ERR_NDSR_INVALID_PATH');
    expect(error).toBeInstanceOf(TypeError);
  });

  it.each<[unknown, string]>([
    [undefined, 'expected a string, got undefined'],
    [null, 'expected a string, got object'],
    [1, 'expected a string, got number'],
    [Symbol('x'), 'expected a string, got symbol'],
    [['/a'], 'expected a string, got object'],
    [Object.create(null), 'expected a string, got object'],
    [{ toString: () => '/a' }, 'expected a string, got object'],
    [() => 's3cret', 'expected a string, got function'],
  ])('refuses %o, which is not a string', (path, reason) => {
    const error = refusal(path);
    expect(error.message).toContain(reason);
    expect(error.message).not.toContain('s3cret');
  });

  it('never accepts what ZooKeeper refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        const path = `/${text}`;
        const names = text.split('/');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being refused
        const bad = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/.test(text);
        const odd = text !== '' && names.some((name) => name === '' || name === '.' || name === '..');
        if (bad || odd) expect(() => checkPath(path)).toThrow(InvalidPathError);
        else expect(checkPath(path)).toBe(path);
      }),
      { numRuns: 500 },
    );
  });
});

describe('names', () => {
  it.each(['a', '.a', '...', 'a b', '%2F', '10.0.0.7:8080', '__proto__', 'é'])('%j is a valid name', (name) => {
    expect(isName(name)).toBe(true);
  });

  it.each(['', '.', '..', '/', 'x/y', 'a\0', 'a\n', '\ufffd', '\u{1f600}', null, undefined, 7])(
    '%j is not a valid name',
    (name) => {
      expect(isName(name)).toBe(false);
    },
  );
});

describe('the parts of a path', () => {
  it.each([
    ['/', undefined, ''],
    ['/a', '/', 'a'],
    ['/a/b', '/a', 'b'],
    ['/a/b/c', '/a/b', 'c'],
  ])('%s is below %s and is called %j', (path, parent, name) => {
    expect(parentOf(path)).toBe(parent);
    expect(nameOf(path)).toBe(name);
    if (parent !== undefined) expect(childOf(parent, name)).toBe(path);
  });

  it.each(['', 'no-slash', '..', 'no/slash/first'])(
    'a walk upwards from %j ends, although it is not a path',
    (text) => {
      let steps = 0;
      for (let at: string | undefined = text; at !== undefined && steps < 10; at = parentOf(at)) steps += 1;
      expect(steps).toBeLessThan(10);
    },
  );
});
