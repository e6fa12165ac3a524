import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toJson, toPaths, toPython } from '../../src/output/python-output.js';
import { toYaml } from '../../src/output/yaml-output.js';
import { node } from '../support/nodes.js';

const tree = node('/a', { z: 1, b: 'x' }, [node('/a/b', null), node('/a/c', {})]);

describe('as the Python ndsr prints', () => {
  it('neither data nor children unless requested', () => {
    expect(toPython(tree, { data: false, recursive: false })).toEqual({ '/a': {} });
    expect(toPython(tree, { data: true, recursive: false })).toEqual({ '/a': { data: { z: 1, b: 'x' } } });
    expect(toPython(tree, { data: false, recursive: true })).toEqual({
      '/a': { children: [{ '/a/b': { children: [] } }, { '/a/c': { children: [] } }] },
    });
  });

  it('yaml in blocks, keys sorted', () => {
    expect(toYaml(toPython(tree, { data: true, recursive: true }))).toBe(
      [
        '/a:',
        '  children:',
        '  - /a/b:',
        '      children: []',
        '      data: null',
        '  - /a/c:',
        '      children: []',
        '      data: {}',
        '  data:',
        '    b: x',
        '    z: 1',
        '',
      ].join('\n'),
    );
  });

  it('json sorted, indented by 4, in ASCII', () => {
    expect(toJson({ b: 'ü☃', a: [], __proto__: null })).toBe('{\n    "a": [],\n    "b": "\\u00fc\\u2603"\n}\n');
  });

  it('dir: paths, one a line', () => expect(toPaths(tree)).toBe('/a\n/a/b\n/a/c\n'));

  it('any text reads back the same by the rules of YAML 1.1', () => {
    for (const text of [
      '2026-11-22 09:30:00',
      'yes',
      'on',
      '12:30:45',
      '1e3',
      '0x1f',
      'null',
      '~',
      '- a',
      'a: b',
      '#',
      '',
    ]) {
      expect(parse(toYaml({ text }), { version: '1.1' })).toEqual({ text });
    }
    expect(toYaml({ '<<': 0 })).toBe("'<<': 0\n");
    expect(parse(toYaml({ '<<': 0, text: '<<' }), { version: '1.1' })).toEqual({ '<<': 0, text: '<<' });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const plain = JSON.parse(JSON.stringify(data));
        expect(JSON.parse(toJson(plain))).toEqual(plain);
        expect(parse(toYaml(plain), { version: '1.1' })).toEqual(plain);
      }),
    );
  });
});
