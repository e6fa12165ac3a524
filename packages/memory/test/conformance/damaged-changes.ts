import type { RawChild, RawNode, WatchObserver } from '@ndsr/core/backend';
import { type Damage, type DamagedBackend, damaged, keptNode } from './damaged-backend.js';

type Changes = NonNullable<RawNode['changedChildren']>;

/** Backends that keep track of changed children, and make a mistake in it, each in one way. */
export const damagedChanges: Readonly<Record<string, DamagedBackend>> = {
  'forgets that a child was written': {
    make: damaged(damagedChildren(() => (changes) => without(changes, (child) => (child?.stat?.version ?? 0) > 0))),
    caughtBy: {
      'changedChildren lead to the children when one is created, written, replaced or removed':
        /a differs from the last delivery, and is not among the changedChildren/,
    },
  },
  'forgets that a child was removed': {
    make: damaged(damagedChildren(() => (changes) => without(changes, (child) => child === null))),
    caughtBy: {
      'changedChildren lead to the children when one is created, written, replaced or removed': /c differs/,
      'the children of a node that is removed and created again are those of its new life': /b differs/,
      'after random changes by two backends every watch shows the same as a fresh read':
        /differs from the last delivery/,
    },
  },
  'reports a child that is gone as present': {
    make: damaged(
      damagedChildren(() => {
        const known = new Map<string, RawChild>();
        return (changes) => {
          const reported = new Map([...changes].map(([name, child]) => [name, child ?? known.get(name) ?? null]));
          for (const [name, child] of changes) if (child !== null) known.set(name, child);
          return reported;
        };
      }),
    ),
    caughtBy: { 'after random changes by two backends every watch shows the same as a fresh read': /as present, and/ },
  },
  'reports a child that was replaced as gone': {
    make: damaged(
      damagedChildren(() => {
        const births = new Map<string, bigint>();
        return (changes) => {
          const reported = new Map<string, RawChild | null>();
          for (const [name, child] of changes) {
            const born = child?.stat?.czxid ?? 0n;
            reported.set(name, born > (births.get(name) ?? born) ? null : child);
            births.set(name, born);
          }
          return reported;
        };
      }),
    ),
    caughtBy: { 'after random changes by two backends every watch shows the same as a fresh read': /as gone, and/ },
  },
  'names changed children in its first delivery': {
    make: damaged((sound) => ({
      watch: (path, options, observer) =>
        sound.watch(
          path,
          options,
          through(observer, (node) => ({ ...node, changedChildren: node.children })),
        ),
    })),
    caughtBy: {
      'every watch of a path has changes of its own, from its first delivery on':
        /the first delivery has changedChildren/,
    },
  },
  'gives the changes of a path to the first of its watches only': {
    make: damaged((sound) => {
      const watched = new Set<string>();
      return {
        watch(path, options, observer) {
          const isFirst = !watched.has(path);
          watched.add(path);
          const shared = (node: RawNode): RawNode => (isFirst ? node : withChanges(node, () => new Map()));
          return sound.watch(path, options, through(observer, shared));
        },
      };
    }),
    caughtBy: { 'every watch of a path has changes of its own, from its first delivery on': /differs from the last/ },
  },
  'forgets during an outage what changed': {
    make: damaged((sound) => {
      const forgetful = new Set<() => void>();
      return {
        connect: (observer) =>
          sound.connect((event) => {
            if (event.type === 'connected') for (const forget of forgetful) forget();
            observer(event);
          }),
        watch(path, options, observer) {
          let forgets = false;
          forgetful.add(() => {
            forgets = true;
          });
          const changed = (node: RawNode): RawNode => {
            if (!forgets) return node;
            forgets = false;
            return withChanges(node, () => new Map());
          };
          return sound.watch(path, options, through(observer, changed));
        },
      };
    }),
    caughtBy: {
      'after random changes, outages and lost sessions every watch shows the same as a fresh read':
        /differs from the last/,
    },
  },
  'delivers new data of a child with its old stat': {
    make: damaged((sound) => ({
      watch(path, options, observer) {
        const first = new Map<string, RawChild>();
        const stale = (node: RawNode): RawNode => {
          const children = [...node.children].map(([name, child]): [string, RawChild] => {
            const { stat } = first.get(name) ?? child;
            first.set(name, { data: null, stat });
            return [
              name,
              { data: child.data, stat: stat && child.stat && { ...stat, dataLength: child.stat.dataLength } },
            ];
          });
          return { ...keptNode(node), children: new Map(children) };
        };
        return sound.watch(path, options, through(observer, stale));
      },
    })),
    caughtBy: {
      'the stat of a delivered child is that of its data: a write, and a takeover, change both': /0,\s+.*[01]/,
    },
  },
};

/** Damages the changes in the deliveries of each watch. */
function damagedChildren(damage: () => (changes: Changes) => Changes): Damage {
  return (sound) => ({
    watch(path, options, observer) {
      const change = damage();
      return sound.watch(
        path,
        options,
        through(observer, (node) => withChanges(node, change)),
      );
    },
  });
}

function through(observer: WatchObserver, change: (node: RawNode) => RawNode): WatchObserver {
  return { node: (node) => observer.node(change(node)), fault: (error) => observer.fault(error) };
}

function withChanges(node: RawNode, change: (changes: Changes) => Changes): RawNode {
  return node.changedChildren === undefined ? node : { ...node, changedChildren: change(node.changedChildren) };
}

function without(changes: Changes, drops: (child: RawChild | null) => boolean): Changes {
  return new Map([...changes].filter(([, child]) => !drops(child)));
}
