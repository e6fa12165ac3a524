import type { ClientObserver, ZooKeeperClient } from '@ndsr/zookeeper-common';

type List = Awaited<ReturnType<ZooKeeperClient['getChildren']>>;

/** What a server makes of the truth. */
export interface Lies {
  /** Of the list of children of `path`. */
  readonly list?: ((path: string, truth: List) => List) | undefined;
  /** Of the path that it made. */
  readonly made?: (path: string) => string;
  /** Given the observer of the client, to tell it of events that never were. */
  readonly observed?: (observer: ClientObserver) => void;
}

/** A client that takes the word of servers that lie; what they say can be decoded. */
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
