import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsAll, contentOf, mergeContent } from '../../src/cache-file/cache-content.js';
import { checkSavedValue } from '../../src/cache-file/check-saved-value.js';
import { rawNodeOf, serialiseSnapshot } from '../../src/cache-file/saved-node.js';
import { sameData } from '../../src/codec/same-data.js';
import { sameStat } from '../../src/node/node-stat.js';
import { decodeNode } from '../../src/watch/decoded-node.js';
import { strangeBytes } from '../support/json-values.js';
import { anySavedNode, anySnapshot, parse, serialise } from '../support/saved-nodes.js';

const anyContent = fc.array(anySavedNode, { maxLength: 8 }).map(contentOf);
// Few paths, so that entries conflict.
const fewPaths = fc
  .array(fc.tuple(anySavedNode, fc.constantFrom('/a', '/b')), { maxLength: 5 })
  .map((pairs) => contentOf(pairs.map(([node, path]) => ({ ...node, path, line: `"${path}":${bodyOf(node.line)}` }))));

function bodyOf(line: string): string {
  return line.slice(line.indexOf(':{') + 1);
}

describe('parse and serialise', () => {
  it('read exactly what was written', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const text = serialise(content);
        expect(JSON.parse(text)).toMatchObject({ version: 1 });
        expect(parse(text)).toEqual({ kind: 'content', content, problems: [] });
      }),
    );
  });

  it('read the same content from any other layout of the same JSON', () => {
    fc.assert(
      fc.property(anyContent, fc.constantFrom(0, 2), (content, indent) => {
        const text = JSON.stringify(JSON.parse(serialise(content)), null, indent);
        expect(parse(text)).toEqual({ kind: 'content', content, problems: [] });
      }),
    );
  });

  it('read the same content when some lines are known', () => {
    fc.assert(
      fc.property(anyContent, anyContent, (content, known) => {
        const all = mergeContent(content, known);
        expect(parse(serialise(all), known)).toEqual({ kind: 'content', content: all, problems: [] });
      }),
    );
  });

  it('return a result for any text, and never throw', () => {
    const texts = fc.oneof(
      strangeBytes.map((bytes) => new TextDecoder().decode(bytes)),
      fc.json(),
      fc.json().map((nodes) => `{"version":1,"nodes":${nodes}}`),
      fc
        .tuple(fc.webPath(), fc.json())
        .map(([path, value]) => JSON.stringify({ version: 1, nodes: { [path]: value } })),
      // A good file, truncated or with an insertion.
      fc
        .tuple(anyContent, fc.nat(), fc.nat({ max: 9 }), fc.constantFrom('', '}', '\n', '"', ',', '{"x":1}'))
        .map(([content, at, length, extra]) => {
          const text = serialise(content);
          const place = at % text.length;
          return text.slice(0, place) + extra + text.slice(place + length);
        }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(['content', 'damaged', 'foreign']).toContain(parse(text).kind);
      }),
      { numRuns: 1_000 },
    );
  });

  it('lose only the missing part of a truncated file', () => {
    fc.assert(
      fc.property(anyContent, fc.nat(), (content, at) => {
        const text = serialise(content);
        const result = parse(text.slice(0, at % text.length));
        // A partial file is never taken for a whole one.
        expect(result.kind !== 'content' || at % text.length >= text.length - 1).toBe(true);
      }),
    );
  });
});

describe('a saved snapshot', () => {
  it('comes back as a node that decodes to the same value', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const line = serialiseSnapshot(snapshot, 'data', 0).node?.line;
        const value = checkSavedValue(Object.values(JSON.parse(`{${line}}`))[0]);
        if (typeof value === 'string') throw new Error(value);
        const raw = rawNodeOf(snapshot.path, value);
        if (raw === undefined) throw new Error('nested too deep');
        // Integers of more than 15 digits are compared by their bytes, which the file does not keep.
        fc.pre(!/\d{16}/.test(JSON.stringify([snapshot.data, snapshot.children])));
        const { data, children, stat } = decodeNode(undefined, raw, 'data', false).snapshot;
        expect(sameData(data, snapshot.data)).toBe(true);
        expect(sameData(children, snapshot.children)).toBe(true);
        expect(sameStat(stat, snapshot.stat)).toBe(true);
      }),
    );
  });
});

describe('merge', () => {
  it('is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(fewPaths, fewPaths, fewPaths, (a, b, c) => {
        expect(mergeContent(a, b)).toEqual(mergeContent(b, a));
        expect(mergeContent(mergeContent(a, b), c)).toEqual(mergeContent(a, mergeContent(b, c)));
        expect(mergeContent(a, a)).toEqual(a);
        expect(mergeContent(mergeContent(a, b), b)).toEqual(mergeContent(a, b));
      }),
    );
  });

  it('keeps every path, with the newest entry of either side', () => {
    fc.assert(
      fc.property(fewPaths, fewPaths, (a, b) => {
        const merged = mergeContent(a, b);
        expect([...merged.keys()].sort()).toEqual([...new Set([...a.keys(), ...b.keys()])].sort());
        for (const [key, node] of merged) {
          const times = [a.get(key)?.savedAt, b.get(key)?.savedAt].filter((time) => time !== undefined);
          expect(node.savedAt).toBe(Math.max(...times));
        }
      }),
    );
  });

  it('adds everything that is missing, and then contains it', () => {
    fc.assert(
      fc.property(fewPaths, fewPaths, (a, b) => {
        expect(containsAll(mergeContent(a, b), b)).toBe(true);
        if (mergeContent(a, b).size > a.size) expect(containsAll(a, b)).toBe(false);
      }),
    );
  });
});
