import { absentNode, type BackendWatch, type RawChild, type RawNode, type WatchObserver } from '@ndsr/core/backend';
import { type DamagedBackend, damaged, damagedObserver, keptNode } from './damaged-backend.js';

/** Backends whose watches are damaged, each in one way. */
export const damagedWatches: Readonly<Record<string, DamagedBackend>> = {
  'loses a change': {
    make: damaged(
      damagedObserver((observer) => (node) => {
        if (node.stat?.version !== 2) observer.node(node);
      }),
    ),
    caughtBy: { "a watch delivers the node's creation, each new data and its deletion": /in vain.*version 2.*instead/ },
  },
  'delivers an older state after a newer one': {
    make: damaged(
      damagedObserver((observer) => {
        let before: RawNode | undefined;
        return (node) => {
          observer.node(node);
          if (before?.stat && node.stat) observer.node(before);
          before = node;
        };
      }),
    ),
    caughtBy: {
      'many quick changes may be merged, but the last state is delivered': /version went back|mzxid went back/,
      'a replacement is delivered as the new node': /czxid went back/,
    },
  },
  'delivers its last state while there is no connection': {
    make: damaged((sound) => {
      const again = new Set<() => void>();
      return {
        connect: (observer) =>
          sound.connect((event) => {
            observer(event);
            if (event.type === 'suspended') for (const deliver of again) deliver();
          }),
        watch: (path, options, observer) =>
          sound.watch(path, options, {
            node(node) {
              const kept = keptNode(node);
              observer.node(kept);
              again.add(() => observer.node(kept));
            },
            fault: (error) => observer.fault(error),
          }),
      };
    }),
    caughtBy: { 'nothing is delivered during an outage': /while there was no connection/ },
  },
  'shows a path again that was delivered as gone': {
    make: damaged(
      damagedObserver((observer) => {
        let before: RawNode | undefined;
        return (node) => {
          observer.node(node);
          if (before?.stat && node.stat === null) observer.node(before);
          before = node;
        };
      }),
    ),
    caughtBy: { 'watches of an ephemeral node itself report its deletion to other clients too': /delivered as over/ },
  },
  'delivers the first of many quick changes and not the last': {
    make: damaged(
      damagedObserver((observer) => {
        let busy = false;
        return (node) => {
          if (busy) return;
          busy = true;
          setTimeout(() => {
            busy = false;
          }, 5);
          observer.node(node);
        };
      }),
    ),
    caughtBy: { 'many quick changes may be merged, but the last state is delivered': /in vain.*the last write/ },
  },
  'forgets a watch when its path is removed': {
    make: damaged(
      damagedObserver((observer) => {
        let seen = false;
        let removed = false;
        return (node) => {
          if (!removed) observer.node(node);
          seen ||= node.stat !== null;
          removed ||= seen && node.stat === null;
        };
      }),
    ),
    caughtBy: { 'a path that is removed and created again is followed, its children too': /in vain.*the new child/ },
  },
  'does not watch the children of a path that was removed and created again': {
    make: damaged(
      damagedObserver((observer) => {
        let first: bigint | undefined;
        return (node) => {
          first ??= node.stat?.czxid;
          const remade = node.stat !== null && node.stat.czxid !== first;
          observer.node(remade ? { ...node, children: new Map(), stat: { ...node.stat, numChildren: 0 } } : node);
        };
      }),
    ),
    caughtBy: { 'a path that is removed and created again is followed, its children too': /in vain.*the new child/ },
  },
  'does not follow a path that was absent at first': {
    make: damaged(
      damagedObserver((observer) => {
        let absentAtFirst: boolean | undefined;
        return (node) => {
          absentAtFirst ??= node.stat === null;
          if (!absentAtFirst || node.stat === null) observer.node(node);
        };
      }),
    ),
    caughtBy: { 'a path whose parent is created later is followed': /in vain.*the node/ },
  },
  'delivers from inside watch': {
    make: damaged((sound) => ({
      watch(path, options, observer) {
        observer.node(absentNode(path));
        return sound.watch(path, options, observer);
      },
    })),
    caughtBy: { 'a watch of a path that does not exist delivers its absence, once': /came from inside watch of/ },
  },
  'delivers after dispose': {
    make: damaged((sound) => ({
      watch(path, options, observer) {
        sound.watch(path, options, observer);
        return {
          dispose() {
            // Does nothing.
          },
        };
      },
    })),
    caughtBy: { 'a disposed watch delivers nothing more, not even a delivery in flight': /came after dispose/ },
  },
  'ends every watch of a path when one of them is disposed': {
    make: damaged((sound) => {
      const byPath = new Map<string, BackendWatch[]>();
      return {
        watch(path, options, observer) {
          const watches = byPath.get(path) ?? [];
          byPath.set(path, watches);
          watches.push(sound.watch(path, options, observer));
          return { dispose: () => watches.forEach((watch) => void watch.dispose()) };
        },
      };
    }),
    caughtBy: { 'two watches of one path are independent, each with its own detail': /in vain.*the second child/ },
  },
  'shares one watch of a path between different details': {
    make: damaged((sound) => {
      const details = new Map<string, 'none' | 'names' | 'data'>();
      return {
        watch(path, { children }, observer) {
          const shared = details.get(path) ?? children;
          details.set(path, shared);
          return sound.watch(path, { children: shared }, observer);
        },
      };
    }),
    caughtBy: { 'two watches of one path are independent, each with its own detail': /data where only names|c/ },
  },
  'delivers nothing of a child that was only written': {
    make: damaged(
      damagedObserver((observer) => {
        let before: RawNode | undefined;
        return (node) => {
          const listed = before?.stat?.pzxid === node.stat?.pzxid && before?.stat?.mzxid === node.stat?.mzxid;
          if (!listed || before === undefined) observer.node(node);
          before = node;
        };
      }),
    ),
    caughtBy: { "a child's new data is delivered to a watch with children 'data'": /in vain.*the new data/ },
  },
  'delivers each change twice': {
    make: damaged(
      damagedObserver((observer) => (node) => {
        observer.node(node);
        observer.node(node);
      }),
    ),
    caughtBy: { 'a watch of a node delivers it soon after it starts, whole and once': /2 !== 1/ },
  },
  'changes the children that it has delivered': {
    make: damaged(
      damagedObserver((observer) => {
        const children = new Map<string, RawChild>();
        return (node) => {
          children.clear();
          for (const [name, child] of node.children) children.set(name, child);
          observer.node({ ...node, children });
        };
      }),
    ),
    caughtBy: {
      'a watch delivers created and deleted children, and the stat with them': /changed after they had been/,
    },
  },
  'resolves a write before its watches have delivered': {
    make: damaged(damagedObserver((observer) => (node) => void setImmediate(() => observer.node(node)))),
    caughtBy: {
      'create resolves after every watch of its own path has delivered the result': /'made'/,
      'remove resolves after every watch of its parent has delivered the result': /'before'/,
    },
  },
  'does not wait for a watch that has only just started': {
    make: damaged((sound) => ({
      watch(path, options, observer) {
        const late = new LateStart(observer);
        return sound.watch(path, options, late);
      },
    })),
    caughtBy: { 'a write resolves after a watch started just before has delivered the result': /the node/ },
  },
};

/** Delivers with a delay until it has delivered once. */
class LateStart implements WatchObserver {
  readonly #observer: WatchObserver;
  #latest: RawNode | undefined;
  #started = false;

  constructor(observer: WatchObserver) {
    this.#observer = observer;
  }

  node(delivery: RawNode): void {
    const node = keptNode(delivery);
    if (this.#started) this.#observer.node(node);
    else if (this.#latest === undefined) setImmediate(() => this.#start());
    this.#latest = node;
  }

  fault(): void {
    // Not needed for this damage.
  }

  #start(): void {
    this.#started = true;
    if (this.#latest !== undefined) this.#observer.node(this.#latest);
  }
}
