import assert from 'node:assert/strict';
import type { NodeStat } from '@ndsr/core';
import { absentNode, type RawChild, type RawNode } from '@ndsr/core/backend';
import { describe, test } from 'vitest';
import { wrongChanges } from '../src/backend-suite/change-rules.js';
import { WatchRecorder } from '../src/backend-suite/watch-recorder.js';
import { Journal } from '../src/scaffold/journal.js';
import { PortGuard } from '../src/scaffold/port-guard.js';

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
  dataLength: 1,
  numChildren: 2,
};
const child = (data: number, version = 0): RawChild => ({
  data: Uint8Array.of(data),
  stat: { ...stat, version, numChildren: 0 },
});

type Children = Record<string, RawChild>;
const nodeOf = (children: Children, changed?: Record<string, RawChild | null>): RawNode => ({
  path: '/n',
  data: Uint8Array.of(1),
  stat: { ...stat, numChildren: Object.keys(children).length },
  children: new Map(Object.entries(children)),
  ...(changed && { changedChildren: new Map(Object.entries(changed)) }),
});
const before = nodeOf({ a: child(1), b: child(2) });

describe('wrongChanges', () => {
  const sound: [string, RawNode][] = [
    ['no changes at all', nodeOf({ a: child(1), b: child(2) }, {})],
    ['a backend that does not keep track', nodeOf({ c: child(3) })],
    [
      'a created, a written and a removed child',
      nodeOf({ a: child(3), c: child(1) }, { a: child(3), b: null, c: child(1) }),
    ],
    ['a child that is named and equal after all', nodeOf({ a: child(1), b: child(2) }, { a: child(1) })],
    ['a child that was created and removed again', nodeOf({ a: child(1), b: child(2) }, { c: null })],
  ];
  test.each(sound)('accepts %s', (_, node) => assert.equal(wrongChanges(before, node), undefined));

  const wrong: [string, RawNode, RegExp][] = [
    ['a forgotten creation', nodeOf({ a: child(1), b: child(2), c: child(3) }, {}), /^c differs .* not among/],
    ['a forgotten write', nodeOf({ a: child(2), b: child(2) }, {}), /^a differs/],
    ['a forgotten removal', nodeOf({ a: child(1) }, {}), /^b differs/],
    ['a stat that differs', nodeOf({ a: child(1, 1), b: child(2) }, {}), /^a differs/],
    ['a gone child as present', nodeOf({ a: child(1) }, { b: child(2) }), /b as present/],
    ['a present child as gone', nodeOf({ a: child(1), b: child(2) }, { b: null }), /b as gone/],
    ['other data than in the list', nodeOf({ a: child(2), b: child(2) }, { a: child(1) }), /a in changedChildren/],
    ['no Map', { ...before, changedChildren: {} as never }, /not a Map/],
  ];
  test.each(wrong)('finds %s', (_, node, complaint) => assert.match(wrongChanges(before, node) ?? '', complaint));

  test('finds changes in the first delivery', () => {
    assert.match(wrongChanges(undefined, nodeOf({}, {})) ?? '', /first delivery/);
  });
});

describe('WatchRecorder', () => {
  function recording(): { journal: Journal; recorder: WatchRecorder } {
    const journal = new Journal();
    const rules = { journal, guard: new PortGuard(journal), patienceMs: 20, isConnected: () => true };
    return { journal, recorder: new WatchRecorder('/n', 'data', rules) };
  }

  test('accepts that a backend goes on changing the map of a delivery with changes, and keeps what it was', () => {
    const { journal, recorder } = recording();
    recorder.node(nodeOf({}));
    const live = new Map([['a', child(1)]]);
    recorder.node({ ...nodeOf({ a: child(1) }, { a: child(1) }), children: live });
    live.set('a', child(2));
    recorder.node({ ...nodeOf({ a: child(2) }, { a: child(2) }), children: live });
    recorder.checkUnchanged();
    journal.verdict();
    assert.deepEqual(
      recorder.deliveries.map(({ node }) => node.children.get('a')?.data?.[0]),
      [undefined, 1, 2],
    );
  });

  test('reports a map without changes, and a child, that are changed after they had been delivered', () => {
    const maps = recording();
    const children = new Map([['a', child(1)]]);
    maps.recorder.node({ ...nodeOf({ a: child(1) }), children });
    children.clear();
    maps.recorder.checkUnchanged();
    assert.throws(() => maps.journal.verdict(), /children of \/n were changed/);
    const { journal, recorder } = recording();
    const written: { -readonly [Field in keyof RawChild]: RawChild[Field] } = child(1);
    recorder.node(absentNode('/n'));
    recorder.node(nodeOf({ a: written }, { a: written }));
    written.data = Uint8Array.of(2);
    recorder.checkUnchanged();
    assert.throws(() => journal.verdict(), /children of \/n were changed/);
  });
});
