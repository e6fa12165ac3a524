import type { ClientEvent, ClientObserver, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { ZooKeeperError } from '@ndsr/zookeeper-common';

type Damage = (sound: ZooKeeperClient) => Partial<ZooKeeperClient>;

export interface BrokenClient {
  readonly damage: Damage;
  /** Cases that must notice the damage, each with its complaint. */
  readonly caughtBy: Readonly<Record<string, RegExp>>;
}

/** Damages the events that the observer receives. */
function telling(tell: (event: ClientEvent, observer: ClientObserver, sound: ZooKeeperClient) => void): Damage {
  return (sound) => ({ connect: (observer) => sound.connect((event) => tell(event, observer, sound)) });
}

export const brokenClients: Readonly<Record<string, BrokenClient>> = {
  'reports an event after the answer of the write': {
    damage: telling((event, observer) => {
      if (event.type === 'watch') setImmediate(() => observer(event));
      else observer(event);
    }),
    caughtBy: { 'the events of an own setData come before it resolves': /resolved/ },
  },
  'reports an event before the answer of the read that armed it': {
    damage: (sound) => ({
      getData: async (read) => {
        const answer = await sound.getData(read);
        await new Promise((resolve) => setImmediate(resolve));
        return answer;
      },
    }),
    caughtBy: { 'the event of a watch arrives after the answer of the read that armed it': /read/ },
  },
  'loses its watches on a reconnect': {
    damage: (sound) => {
      const armed = new Set<string>();
      return {
        connect: (observer) =>
          sound.connect((event) => {
            if (event.type === 'disconnected') for (const path of armed) sound.forget(path);
            observer(event);
          }),
        exists: (read) => {
          armed.add(read.path);
          return sound.exists(read);
        },
        getData: (read) => {
          armed.add(read.path);
          return sound.getData(read);
        },
      };
    },
    caughtBy: {
      'changed data in an outage is reported before connected, once': /watch/,
      'the creation of a node after an outage is reported: the watch is armed again': /created/,
    },
  },
  'reports missed events after it is connected': {
    damage: telling((event, observer) => {
      if (event.type === 'watch') setTimeout(() => observer(event), 5);
      else observer(event);
    }),
    caughtBy: { 'a new child in an outage is reported before connected, once': /connected/ },
  },
  'takes version 0 for any version': {
    damage: (sound) => ({
      remove: (path, version) => sound.remove(path, version || -1),
      replace: (path, version, data, mode) =>
        sound.replace?.(path, version || -1, data, mode) ?? Promise.reject(new Error('none')),
    }),
    caughtBy: {
      'remove of an older version rejects with -103 and changes nothing': /resolved/,
      'replace of version 0, which is not any version, rejects with -103 and changes nothing': /resolved/,
    },
  },
  'replaces in two steps': {
    damage: (sound) => ({
      replace: async (path, version, data, mode) => {
        await sound.remove(path, version);
        await sound.create(path, data, mode);
      },
    }),
    caughtBy: { 'no client sees the node absent while it is replaced': /absent/ },
  },
  'creates one node and removes another in two steps': {
    damage: (sound) => ({
      createAndRemove: async (path, data, mode, removing) => {
        await sound.create(path, data, mode);
        await sound.remove(removing, -1);
      },
    }),
    caughtBy: {
      'createAndRemove with a node to remove that is missing rejects with -101 and changes nothing': /Expected values/,
    },
  },
  'removes one node before it creates another, and only version 0': {
    damage: (sound) => ({
      createAndRemove: async (path, data, mode, removing) => {
        await sound.remove(removing, 0);
        await sound.create(path, data, mode);
      },
    }),
    caughtBy: {
      'createAndRemove of a path that is taken rejects with -110 and changes nothing': /-101/,
      'createAndRemove creates a node of the session and removes another of any version; both are reported before it resolves':
        /-103/,
    },
  },
  'reports the end of the session twice': {
    damage: telling((event, observer) => {
      observer(event);
      if (event.type === 'expired') setImmediate(() => observer(event));
    }),
    caughtBy: { 'the end of the session is reported once, and nothing follows': /after 'expired'/ },
  },
  'reports a disconnect after the end of the session': {
    damage: telling((event, observer) => {
      observer(event);
      if (event.type === 'expired') observer({ type: 'disconnected', quietMs: 0 });
    }),
    caughtBy: { 'the end of the session is reported once, and nothing follows': /after 'expired'/ },
  },
  'does not answer requests in flight when it is closed': {
    damage: (sound) => ({
      create: (path, data, mode) =>
        new Promise((resolve, reject) => {
          sound.create(path, data, mode).then(resolve, (error: ZooKeeperError) => {
            if (error.number !== -4) reject(error);
          });
        }),
    }),
    caughtBy: { 'close makes requests in flight reject with CONNECTION_LOSS': /in vain: create/ },
  },
  'keeps reporting after close': {
    damage: (sound) => ({
      connect: (observer) => sound.connect(observer),
      close: async () => {
        // Reports that it is closed, and is not.
      },
    }),
    caughtBy: {
      'close silences watches, also those whose events are being delivered': /after close/,
      'close ends the session: its ephemeral nodes are gone once it resolves': /mine/,
    },
  },
  'queues requests made without a connection': {
    damage: (sound) => {
      const waiting: (() => void)[] = [];
      return {
        connect: (observer) =>
          sound.connect((event) => {
            observer(event);
            if (event.type === 'connected') for (const send of waiting.splice(0)) send();
          }),
        setData: async (path, data, version) => {
          try {
            await sound.setData(path, data, version);
          } catch (error) {
            if (!(error instanceof ZooKeeperError) || error.number !== -4) throw error;
            await new Promise<void>((resolve) => waiting.push(resolve));
            await sound.setData(path, data, version);
          }
        },
      };
    },
    caughtBy: {
      'every operation during an outage rejects at once with CONNECTION_LOSS and is not carried out later': /in vain/,
    },
  },
  'throws errors instead of rejecting': {
    damage: () => ({
      remove: () => {
        throw new ZooKeeperError(-4);
      },
    }),
    caughtBy: {
      'every operation before connect rejects at once with CONNECTION_LOSS and is not carried out later': /threw/,
    },
  },
  'connects within the call': {
    damage: (sound) => ({
      connect: (observer) => {
        observer({ type: 'fault', error: new Error('at once') });
        sound.connect(observer);
      },
    }),
    caughtBy: { 'connect reports a session, not synchronously': /inside connect/ },
  },
  'stores empty data as null and reads null as text': {
    damage: (sound) => ({
      create: (path, data, mode) => sound.create(path, data ?? new TextEncoder().encode('null'), mode),
    }),
    caughtBy: { 'a node that was created without data has none': /110/ },
  },
  'arms a watch on a missing node that was read': {
    damage: (sound) => ({
      getData: async (read) => {
        if (read.watch) await sound.exists(read);
        return await sound.getData(read);
      },
    }),
    caughtBy: { 'reading a missing node arms nothing': /created/ },
  },
  'lets a rejection go unhandled': {
    damage: (sound) => ({
      getChildren: (read) => {
        const answer = sound.getChildren(read);
        void answer.then(() => undefined);
        return answer;
      },
    }),
    caughtBy: { 'getChildren of a missing node rejects with -101 and changes nothing': /unhandled rejection/ },
  },
};
