import { inspect } from 'node:util';
import { sameDecoded } from '../codec/decode.js';
import type { NodeChanges, NodeState } from '../node/node-changes.js';
import { sameStat } from '../node/node-stat.js';
import type { DecodedNode } from './decoded-node.js';

type States = ReadonlyMap<string, NodeState>;
type Pairs = [string, NodeState][];

const refusal: PropertyDescriptor = {
  value: () => {
    throw new TypeError('This map is read-only');
  },
};

const none: States = readOnlyMap<string, NodeState>([]);

/**
 * The differences that somebody who received `last` sees in `next`; everything is new to somebody who received nothing.
 * Takes time in proportion to the number of differences.
 */
export function changesBetween(last: DecodedNode | undefined, next: DecodedNode): NodeChanges {
  return last === undefined
    ? firstChanges(next)
    : Object.freeze({ ...childChanges(last, next), ...ownChange(last, next) });
}

function childChanges(last: DecodedNode, next: DecodedNode): Omit<NodeChanges, 'self'> {
  const added: Pairs = [];
  const removed: Pairs = [];
  const changed: Pairs = [];
  last.children.compare(next.children, (before, after) => {
    if (after === undefined) {
      if (before !== undefined) removed.push([before.name, before.state]);
    } else if (before === undefined) {
      added.push([after.name, after.state]);
    } else if (!before.equals(after)) {
      changed.push([after.name, after.state]);
    }
    return false;
  });
  return { added: mapOf(added), removed: mapOf(removed), changed: mapOf(changed) };
}

function mapOf(pairs: Pairs): States {
  return pairs.length === 0 ? none : readOnlyMap(pairs);
}

function ownChange(last: DecodedNode, next: DecodedNode): Pick<NodeChanges, 'self'> {
  const [a, b] = [last.snapshot, next.snapshot];
  return sameStat(a.stat, b.stat) && sameDecoded(a.data, b.data) ? {} : { self: ownState(next) };
}

function ownState({ snapshot: { data, stat } }: DecodedNode): NodeState {
  return Object.freeze({ data, stat });
}

/** Most callbacks do not look at their first changes, so the map of all children is made when it is read. */
function firstChanges(next: DecodedNode): NodeChanges {
  let map: States | undefined;
  const changes: NodeChanges = {
    get added() {
      map ??= allOf(next);
      return map;
    },
    removed: none,
    changed: none,
    ...(next.snapshot.stat === null ? {} : { self: ownState(next) }),
  };
  // `console.log` would show that there is an accessor.
  Object.defineProperty(changes, inspect.custom, { value: () => ({ ...changes }) });
  return Object.freeze(changes);
}

function allOf({ children }: DecodedNode): States {
  const pairs: Pairs = [];
  children.forEach(({ name, state }) => {
    pairs.push([name, state]);
  });
  return mapOf(pairs);
}

/**
 * A map that refuses to be changed. It is a plain `Map` with three properties of its own, and no subclass, because tests of
 * users compare it with a `Map`, and `assert.deepStrictEqual` also compares the prototypes.
 */
function readOnlyMap<Key, Value>(entries: readonly (readonly [Key, Value])[]): ReadonlyMap<Key, Value> {
  const map = new Map(entries);
  Object.defineProperty(map, 'set', refusal);
  Object.defineProperty(map, 'delete', refusal);
  Object.defineProperty(map, 'clear', refusal);
  return Object.freeze(map);
}
