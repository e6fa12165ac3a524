import { inspect } from 'node:util';
import type { NodeData, NodeSnapshot } from '../node/node-snapshot.js';
import type { NodeStat } from '../node/node-stat.js';
import type { SharedChildren } from './shared-children.js';

/** The constructor returns the object that it is given, so that a subclass adds its private fields to it. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the purpose of this class
    return object;
  }
}

/**
 * Attaches the children to a snapshot that is otherwise a plain object. A private field costs much less than an entry in a
 * `WeakMap`, and unlike a property it is seen by nothing.
 */
class Attached extends Given {
  readonly #children: SharedChildren;

  constructor(snapshot: object, children: SharedChildren) {
    super(snapshot);
    this.#children = children;
  }

  static childrenOf(snapshot: object): SharedChildren {
    return (snapshot as Attached).#children;
  }
}

/** The same function for every snapshot, which keeps V8's layout of the objects the same. */
const childrenProperty: PropertyDescriptor = {
  get(this: NodeSnapshot) {
    return Attached.childrenOf(this).record;
  },
  enumerable: true,
};

/** Shows the children where `console.log` would show that there is an accessor. */
const inspectProperty: PropertyDescriptor = {
  value(this: NodeSnapshot) {
    return { ...this };
  },
};

/** A frozen snapshot. Its property `children` is an accessor of its own, which builds the record when it is first read. */
export function createSnapshot(
  path: string,
  data: NodeData | null,
  children: SharedChildren,
  stat: NodeStat | null,
): NodeSnapshot {
  const snapshot = { path, data } as { -readonly [Key in keyof NodeSnapshot]: NodeSnapshot[Key] };
  Object.defineProperty(snapshot, 'children', childrenProperty);
  snapshot.stat = stat && Object.freeze(stat);
  Object.defineProperty(snapshot, inspect.custom, inspectProperty);
  new Attached(snapshot, children);
  return Object.freeze(snapshot);
}

/** The children of a snapshot from `createSnapshot`; their number is known without the record. */
export function sharedChildrenOf(snapshot: NodeSnapshot): SharedChildren {
  return Attached.childrenOf(snapshot);
}
