import type { ClientObserver, ZooKeeperClient } from '@ndsr/zookeeper-common';

type List = Awaited<ReturnType<ZooKeeperClient['getChildren']>>;

/** How an inconsistent server distorts its answers. */
export interface Lies {
  /** Distorts the list of children of `path`. */
  readonly list?: ((path: string, truth: List) => List) | undefined;
  /** Distorts the path of a created node. */
  readonly made?: (path: string) => string;
  /** Receives the observer of the client, to report events that never happened. */
  readonly observed?: (observer: ClientObserver) => void;
}

/** A client of servers whose answers can be decoded but are wrong. */
export function lyingClient(sound: ZooKeeperClient, { list, made, observed }: Lies): ZooKeeperClient {
  const lying: Partial<ZooKeeperClient> = {
    connect: (observer) => {
      observed?.(observer);
      sound.connect(observer);
    },
    getChildren: async (read) => {
      const truth = await sound.getChildren(read);
      return list?.(read.path, truth) ?? truth;
    },
    createSequential: async (...args) => {
      const path = await sound.createSequential(...args);
      return made === undefined ? path : made(path);
    },
  };
  return new Proxy(sound, {
    get(target, name) {
      const value = Reflect.get(Object.hasOwn(lying, name) ? lying : target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
