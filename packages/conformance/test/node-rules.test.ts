import assert from 'node:assert/strict';
import type { NodeStat } from '@ndsr/core';
import { absentNode, type ChildDetail, nameOnly, type RawNode } from '@ndsr/core/backend';
import { describe, test } from 'vitest';
import { inconsistency, NewestStat } from '../src/backend-suite/node-rules.js';

const stat: NodeStat = {
  czxid: 5n,
  mzxid: 6n,
  pzxid: 7n,
  ctime: 1,
  mtime: 2,
  version: 1,
  cversion: 2,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 2,
  numChildren: 1,
};
const node: RawNode = {
  path: '/n',
  data: new Uint8Array(2),
  children: new Map([['c', { data: new Uint8Array(2), stat }]]),
  stat,
};
const names: RawNode = { ...node, children: new Map([['c', nameOnly]]) };

function withStat(changes: Record<string, unknown>): RawNode {
  return { ...node, stat: { ...stat, ...changes } };
}

describe('inconsistency', () => {
  const sound: [string, RawNode, ChildDetail][] = [
    ['a whole node', node, 'data'],
    ['a node with names', names, 'names'],
    ['a node without children asked for', { ...node, children: new Map() }, 'none'],
    ['an absent node', absentNode('/n'), 'data'],
  ];
  for (const [what, value, detail] of sound) {
    test(`finds none in ${what}`, () => assert.equal(inconsistency(value, '/n', detail), undefined));
  }

  const wrong: [string, RawNode, ChildDetail, RegExp][] = [
    ['another path', { ...node, path: '/m' }, 'data', /\/m/],
    ['an absent node with data', { ...absentNode('/n'), data: new Uint8Array(1) }, 'data', /has data/],
    ['an absent node with children', { ...node, data: null, stat: null }, 'data', /has children/],
    ['a czxid that is a number', withStat({ czxid: 5 }), 'data', /czxid/],
    ['a version that is a bigint', withStat({ version: 1n }), 'data', /version/],
    ['a negative count', withStat({ cversion: -1 }), 'data', /cversion/],
    ['a field too many', withStat({ more: 1 }), 'data', /more/],
    ['a field too few', withStat({ mtime: undefined }), 'data', /mtime/],
    ['a change before the creation', withStat({ mzxid: 4n }), 'data', /mzxid/],
    ['a list that changed before the creation', withStat({ pzxid: 4n }), 'data', /pzxid/],
    ['another length', withStat({ dataLength: 3 }), 'data', /dataLength/],
    ['another number of children', withStat({ numChildren: 2 }), 'data', /numChildren/],
    ['empty data', { ...withStat({ dataLength: 0 }), data: new Uint8Array(0) }, 'data', /instead of null/],
    [
      'an empty child',
      { ...node, children: new Map([['c', { data: new Uint8Array(0), stat: { ...stat, dataLength: 0 } }]]) },
      'data',
      /instead of null/,
    ],
    ['data among names', node, 'names', /only names/],
    ['children that were not requested', node, 'none', /not asked for/],
  ];
  for (const [what, value, detail, complaint] of wrong) {
    test(`finds ${what}`, () => assert.match(inconsistency(value, '/n', detail) ?? '', complaint));
  }
});

describe('NewestStat', () => {
  const gone = absentNode('/n');
  const sequences: [string, RawNode[], RegExp | undefined][] = [
    ['the same again', [node, node], undefined],
    ['a write', [node, withStat({ mzxid: 9n, version: 2 })], undefined],
    ['an end', [node, gone, gone], undefined],
    ['a new life', [node, gone, withStat({ czxid: 10n, mzxid: 10n, pzxid: 10n, version: 0 })], undefined],
    [
      'a new life whose gap was merged',
      [node, withStat({ czxid: 10n, mzxid: 10n, pzxid: 10n, version: 0 })],
      undefined,
    ],
    ['an older write', [withStat({ mzxid: 9n, version: 2 }), node], /mzxid went back/],
    ['an older list', [withStat({ pzxid: 9n, cversion: 3 }), node], /pzxid went back/],
    ['an older life', [withStat({ czxid: 10n, mzxid: 10n, pzxid: 10n }), node], /czxid went back/],
    ['a life that was over', [node, gone, node], /over/],
    ['a new life from before the last change', [node, withStat({ czxid: 6n })], /before the last change/],
  ];
  for (const [what, nodes, complaint] of sequences) {
    test(complaint === undefined ? `takes ${what}` : `finds ${what}`, () => {
      const newest = new NewestStat();
      const complaints = nodes.map((one) => newest.regression(one));
      const last = complaints.pop();
      assert.deepEqual(new Set(complaints), new Set(complaints.length > 0 ? [undefined] : []));
      if (complaint === undefined) assert.equal(last, undefined);
      else assert.match(last ?? '', complaint);
    });
  }
});
