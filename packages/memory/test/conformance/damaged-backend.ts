import type { RawNode, ReadOptions, RegistryBackend, WatchObserver } from '@ndsr/core/backend';
import { MemoryBackend, type MemoryStore } from '@ndsr/memory';

export type MakeBackend = (store: MemoryStore) => RegistryBackend;

/** The damaged members of the port, over those of a correct backend. */
export type Damage = (sound: RegistryBackend) => Partial<RegistryBackend>;

/** A kind of damage, and the cases of the suite that must notice it, each with its complaint. */
export interface DamagedBackend {
  readonly make: MakeBackend;
  readonly caughtBy: Readonly<Record<string, RegExp>>;
}

/** Backends on a memory store with some of their members replaced. */
export function damaged(damage: Damage): MakeBackend {
  return (store) => {
    const outer = {};
    // Created with `outer` as its owner, so that `store.expire` finds it by the suite's object.
    const sound = new MemoryBackend(store, outer);
    return Object.assign(outer, forwarding(sound), damage(sound));
  };
}

/** Damages the deliveries of watches, and delivers without `changedChildren`. */
export function damagedObserver(
  damage: (observer: WatchObserver, path: string, options: ReadOptions) => (node: RawNode) => void,
): Damage {
  return (sound) => ({
    watch(path, options, observer) {
      const node = damage(observer, path, options);
      return sound.watch(path, options, {
        node: (one) => node(keptNode(one)),
        fault: (error) => observer.fault(error),
      });
    },
  });
}

/** Damages every node that is read or delivered, and delivers without `changedChildren`. */
export function damagedNodes(damage: (node: RawNode, options: ReadOptions) => RawNode): Damage {
  return (sound) => ({
    read: async (path, options) => damage(await sound.read(path, options), options),
    watch: (path, options, observer) =>
      sound.watch(path, options, {
        node: (node) => observer.node(damage(keptNode(node), options)),
        fault: (error) => observer.fault(error),
      }),
  });
}

/** The delivery of a backend that does not keep track of changes: all of it stays as it is. */
export function keptNode({ changedChildren: _, ...node }: RawNode): RawNode {
  return { ...node, children: new Map(node.children) };
}

function forwarding(sound: RegistryBackend): RegistryBackend {
  return {
    name: sound.name,
    capabilities: sound.capabilities,
    quietMs: sound.quietMs,
    connect: (observer) => sound.connect(observer),
    authenticate: (credentials) => sound.authenticate(credentials),
    close: () => sound.close(),
    read: (path, options) => sound.read(path, options),
    create: (path, options) => sound.create(path, options),
    createAndRemove: sound.createAndRemove?.bind(sound),
    createSequential: (path, data) => sound.createSequential(path, data),
    write: (path, data, version) => sound.write(path, data, version),
    remove: (path, version) => sound.remove(path, version),
    watch: (path, options, observer) => sound.watch(path, options, observer),
  };
}
