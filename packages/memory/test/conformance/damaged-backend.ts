import type { RawNode, ReadOptions, RegistryBackend, WatchObserver } from '@ndsr/core/backend';
import { MemoryBackend, type MemoryStore } from '@ndsr/memory';

export type MakeBackend = (store: MemoryStore) => RegistryBackend;

/** The members of the port that are damaged, over those of a sound backend. */
export type Damage = (sound: RegistryBackend) => Partial<RegistryBackend>;

/** A way to be broken, and the cases of the suite that must notice, each with what it complains of. */
export interface DamagedBackend {
  readonly make: MakeBackend;
  readonly caughtBy: Readonly<Record<string, RegExp>>;
}

/** Backends on a memory store with some of their members replaced. */
export function damaged(damage: Damage): MakeBackend {
  return (store) => {
    const outer = {};
    // Made with `outer` as its owner, so that `store.expire` finds it by what the suite holds.
    const sound = new MemoryBackend(store, outer);
    return Object.assign(outer, forwarding(sound), damage(sound));
  };
}

/** Damage to what watches deliver. */
export function damagedObserver(
  damage: (observer: WatchObserver, path: string, options: ReadOptions) => (node: RawNode) => void,
): Damage {
  return (sound) => ({
    watch(path, options, observer) {
      const node = damage(observer, path, options);
      return sound.watch(path, options, { node, fault: (error) => observer.fault(error) });
    },
  });
}

/** Damage to every node that is read or delivered. */
export function damagedNodes(damage: (node: RawNode, options: ReadOptions) => RawNode): Damage {
  return (sound) => ({
    read: async (path, options) => damage(await sound.read(path, options), options),
    watch: (path, options, observer) =>
      sound.watch(path, options, {
        node: (node) => observer.node(damage(node, options)),
        fault: (error) => observer.fault(error),
      }),
  });
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
    createSequential: (path, data) => sound.createSequential(path, data),
    write: (path, data, version) => sound.write(path, data, version),
    remove: (path, version) => sound.remove(path, version),
    watch: (path, options, observer) => sound.watch(path, options, observer),
  };
}
