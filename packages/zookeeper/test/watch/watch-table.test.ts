import type { WatchEvent } from '@ndsr/zookeeper-common';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type PendingWatch, type WatchKind, WatchTable } from '../../src/watch/watch-table.js';

const types = { created: 1, deleted: 2, changed: 3, children: 4 } as const;

let events: WatchEvent[];
let faults: string[];
let table: WatchTable;
beforeEach(() => {
  events = [];
  faults = [];
  table = new WatchTable({
    event: (event) => events.push(event),
    fault: (error) => faults.push(error.message),
  });
});

function arm(kind: WatchKind, path: string): void {
  table.endRead(table.beginRead(path), kind);
}

function receive(kind: WatchEvent['kind'], path: string | null): void {
  table.receive({ type: types[kind], state: 3, path });
}

const listed = () => [...table.list()].map((watch) => watch.join(' ')).sort();

describe('an event', () => {
  test.each<[WatchKind, WatchEvent['kind'][], WatchEvent['kind'][]]>([
    ['data', ['created', 'deleted', 'changed'], ['children']],
    ['existence', ['created', 'deleted', 'changed'], ['children']],
    ['child', ['children', 'deleted'], ['created', 'changed']],
  ])('of a watch on %s is emitted once, for the kinds that end it: %j', (watch, ending, others) => {
    for (const kind of others) {
      arm(watch, '/a');
      receive(kind, '/a');
      expect(events).toEqual([]);
      expect(listed()).toEqual([`${watch} /a`]);
    }
    for (const kind of ending) {
      events.length = 0;
      arm(watch, '/a');
      receive(kind, '/a');
      receive(kind, '/a');
      expect(events).toEqual([{ kind, path: '/a' }]);
      expect(listed()).toEqual([]);
    }
  });

  test('of two watches on a path is emitted once', () => {
    arm('data', '/a');
    arm('child', '/a');
    receive('deleted', '/a');
    expect(events).toEqual([{ kind: 'deleted', path: '/a' }]);
  });

  test('below a recursive watch is emitted each time, and beside it never', () => {
    table.addRecursive('/a');
    for (const path of ['/a', '/a/b', '/a/b/c', '/a/b', '/ab', '/']) receive('changed', path);
    expect(events.map(({ path }) => path)).toEqual(['/a', '/a/b', '/a/b/c', '/a/b']);
  });

  test.each([null, '', 'a', '/a/', '/a//b', '/a/../b', '/a\0'])('of the path %j is a fault', (path) => {
    receive('changed', path);
    expect(events).toEqual([]);
    expect(faults).toHaveLength(1);
  });

  test('of a type that is not known is a fault', () => {
    arm('data', '/a');
    table.receive({ type: 17, state: 3, path: '/a' });
    expect(faults).toEqual(['watch event of unknown type 17']);
    expect(listed()).toEqual(['data /a']);
  });

  test.each(['/__proto__', '/constructor', '/toString'])('of %s, which nobody watches, is ignored', (path) => {
    receive('changed', path);
    expect([events, faults]).toEqual([[], []]);
  });
});

describe('forgetting a path', () => {
  test('says whether the servers have a watch', () => {
    expect(table.forget('/a')).toBe(false);
    arm('data', '/a');
    expect(table.forget('/a')).toBe(true);
    receive('changed', '/a');
    expect(table.forget('/a')).toBe(false);
    expect(events).toEqual([]);
  });

  test('is true of a read in flight as well, whose watch is not kept', () => {
    const read = table.beginRead('/a');
    expect(table.forget('/a')).toBe(true);
    table.endRead(read, 'data');
    expect(listed()).toEqual([]);
  });

  test('is not true of a read that began afterwards', () => {
    const forgotten = table.beginRead('/a');
    table.forget('/a');
    const wanted = table.beginRead('/a');
    table.endRead(forgotten, 'data');
    expect(listed()).toEqual([]);
    table.endRead(wanted, 'child');
    expect(listed()).toEqual(['child /a']);
  });
});

test('a broken connection turns a recursive watch into watches on the node and its list', () => {
  table.addRecursive('/a');
  arm('data', '/b');
  table.disconnected();
  expect(listed()).toEqual(['child /a', 'data /a', 'data /b']);
  expect(table.isRecursive('/a')).toBe(false);
  receive('changed', '/a/b');
  expect(events).toEqual([]);
  receive('children', '/a');
  expect(events).toEqual([{ kind: 'children', path: '/a' }]);
});

test('a recursive watch that is refused leaves the others', () => {
  arm('data', '/a');
  table.addRecursive('/a');
  table.addRecursive('/b');
  table.removeRecursive('/a');
  table.removeRecursive('/a');
  expect(listed()).toEqual(['data /a']);
  receive('changed', '/a/b');
  receive('changed', '/b/c');
  expect(events.map(({ path }) => path)).toEqual(['/b/c']);
});

describe('whatever happens, in any order,', () => {
  const paths = ['/', '/a', '/a/b', '/a/b/c', '/d'];
  const anyPath = fc.constantFrom(...paths);
  const kinds: readonly WatchKind[] = ['data', 'existence', 'child'];
  const ends: Record<WatchEvent['kind'], readonly WatchKind[]> = {
    created: ['data', 'existence'],
    deleted: kinds,
    changed: ['data', 'existence'],
    children: ['child'],
  };
  const step = fc.oneof(
    fc.record({ do: fc.constant('begin' as const), path: anyPath }),
    fc.record({ do: fc.constant('end' as const), kind: fc.option(fc.constantFrom(...kinds)) }),
    fc.record({ do: fc.constant('forget' as const), path: anyPath }),
    fc.record({ do: fc.constant('remove' as const), path: anyPath }),
    fc.record({ do: fc.constant('recursive' as const), path: anyPath }),
    fc.record({ do: fc.constant('refused' as const), path: anyPath }),
    fc.record({
      do: fc.constant('event' as const),
      path: anyPath,
      kind: fc.constantFrom('created', 'deleted', 'changed', 'children' as const),
    }),
    fc.record({ do: fc.constant('disconnect' as const) }),
  );

  test('it is as with a set of watches', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const seen: WatchEvent[] = [];
        const subject = new WatchTable({
          event: (event) => seen.push(event),
          fault: (error) => expect.fail(error.message),
        });
        const armed = new Set<string>();
        const forgotten = new Set<string>();
        const recursive = new Set<string>();
        const reads: { pending: PendingWatch; path: string; wanted: boolean }[] = [];
        const within = (path: string) =>
          [...recursive].some((at) => path === at || path.startsWith(at === '/' ? '/' : `${at}/`));
        for (const one of steps) {
          if (one.do === 'begin') reads.push({ pending: subject.beginRead(one.path), path: one.path, wanted: true });
          if (one.do === 'end') {
            const read = reads.shift();
            if (read === undefined) continue;
            subject.endRead(read.pending, one.kind);
            if (one.kind !== null) (read.wanted ? armed : forgotten).add(`${one.kind} ${read.path}`);
          }
          if (one.do === 'forget') {
            for (const kind of kinds) if (armed.delete(`${kind} ${one.path}`)) forgotten.add(`${kind} ${one.path}`);
            const left = kinds.some((kind) => forgotten.has(`${kind} ${one.path}`));
            const flying = reads.filter((read) => read.path === one.path);
            for (const read of flying) read.wanted = false;
            const was = recursive.delete(one.path);
            expect(subject.forget(one.path)).toBe(left || was || flying.length > 0);
          }
          if (one.do === 'remove') {
            subject.removed(one.path);
            for (const kind of kinds) forgotten.delete(`${kind} ${one.path}`);
          }
          if (one.do === 'recursive') subject.addRecursive(one.path);
          if (one.do === 'recursive') recursive.add(one.path);
          if (one.do === 'refused') subject.removeRecursive(one.path);
          if (one.do === 'refused') recursive.delete(one.path);
          if (one.do === 'event') {
            for (const kind of ends[one.kind]) forgotten.delete(`${kind} ${one.path}`);
            const ended = ends[one.kind].filter((kind) => armed.delete(`${kind} ${one.path}`));
            const expected = ended.length > 0 || within(one.path) ? [{ kind: one.kind, path: one.path }] : [];
            seen.length = 0;
            subject.receive({ type: types[one.kind], state: 3, path: one.path });
            expect(seen).toEqual(expected);
          }
          if (one.do === 'disconnect') {
            for (const path of recursive) for (const kind of ['data', 'child']) armed.add(`${kind} ${path}`);
            recursive.clear();
            for (const read of reads.splice(0)) subject.endRead(read.pending, null);
            subject.disconnected();
            forgotten.clear();
          }
          expect([...subject.list()].map((watch) => watch.join(' ')).sort()).toEqual([...armed].sort());
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a forgotten watch is reported as left on the servers', () => {
  test.each<[WatchKind, WatchEvent['kind']]>([
    ['data', 'changed'],
    ['existence', 'created'],
    ['child', 'children'],
  ])('until it fires: %s', (watch, ending) => {
    arm(watch, '/a');
    expect([table.forget('/a'), table.forget('/a')]).toEqual([true, true]);
    receive(watch === 'child' ? 'changed' : 'children', '/a');
    expect(table.forget('/a')).toBe(true);
    receive(ending, '/a');
    expect([table.forget('/a'), events]).toEqual([false, []]);
  });

  test('until it is removed, or the connection breaks', () => {
    for (const end of [() => table.removed('/a'), () => table.disconnected()]) {
      arm('data', '/a');
      table.forget('/a');
      end();
      expect(table.forget('/a')).toBe(false);
    }
  });

  test('while its read is in flight, and afterwards if the read arms it', () => {
    for (const kind of ['data', null] as const) {
      const pending = table.beginRead('/a');
      expect([table.forget('/a'), table.forget('/a')]).toEqual([true, true]);
      table.endRead(pending, kind);
      expect(table.forget('/a')).toBe(kind !== null);
      table.removed('/a');
    }
  });
});
