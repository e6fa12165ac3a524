import { type ConnectionObserver, NoConnectionError, type RegistryBackend } from '@ndsr/core/backend';
import { type DamagedBackend, damaged } from './damaged-backend.js';

/** Backends whose connection is damaged, each in one way. */
export const damagedConnections: Readonly<Record<string, DamagedBackend>> = {
  'reports the connection from inside connect': {
    make: damaged((sound) => ({
      connect(observer) {
        observer({ type: 'connected', session: { id: 1n, timeoutMs: 1 } });
        sound.connect(observer);
      },
    })),
    caughtBy: { 'connect reports a session of its own, not synchronously': /came from inside connect/ },
  },
  'reports that nothing was received for ages': {
    make: damaged(() => ({ quietMs: Number.POSITIVE_INFINITY })),
    caughtBy: {
      'quietMs is the time since the last answer: less than the session timeout while connected': /quietMs is Infinity/,
    },
  },
  'reports one connection twice': {
    make: damaged((sound) => ({
      connect: (observer) =>
        sound.connect((event) => {
          observer(event);
          observer(event);
        }),
    })),
    caughtBy: { 'connect reports a session of its own, not synchronously': /'connected' twice/ },
  },
  'does not report that a session was lost': {
    make: damaged((sound) => ({
      connect: (observer) => sound.connect((event) => event.type !== 'lost' && observer(event)),
    })),
    caughtBy: {
      'an expired session is reported as lost, and a new one is opened automatically': /'connected' twice/,
    },
  },
  'gives a new session the number of the old one': {
    make: damaged((sound) => ({
      connect: (observer) =>
        sound.connect((event) =>
          observer(event.type === 'connected' ? { ...event, session: { ...event.session, id: 7n } } : event),
        ),
    })),
    caughtBy: {
      'an expired session is reported as lost, and a new one is opened automatically': /the same session after 'lost'/,
    },
  },
  'leaves its ephemeral nodes behind at close': {
    make: damaged((sound) => {
      let closed = false;
      return {
        connect: (observer) => sound.connect((event) => !closed && observer(event)),
        close: async () => {
          closed = true;
        },
      };
    }),
    caughtBy: {
      "close deletes the session's ephemeral nodes, and only those": /in vain.*what is left/,
      'close ends every watch': /came after close/,
      'read after close rejects at once with NoConnectionError and is not carried out later': /NoConnectionError/,
    },
  },
  'rejects when it is closed again': {
    make: damaged((sound) => {
      let closed = false;
      return {
        async close() {
          if (closed) throw new NoConnectionError();
          closed = true;
          await sound.close();
        },
      };
    }),
    caughtBy: { 'close may be called again, also concurrently': /Not connected/ },
  },
  'never answers calls that close interrupted': {
    make: damaged((sound) => ({
      create: (path, options) => sound.create(path, options).catch(() => new Promise<never>(() => undefined)),
    })),
    caughtBy: { 'close settles operations in flight': /in vain/ },
  },
  'queues writes while it is disconnected': {
    make: damaged((sound) => {
      const retried = <Answer>(call: () => Promise<Answer>): Promise<Answer> =>
        call().catch(async (error: unknown) => {
          if (!(error instanceof NoConnectionError)) throw error;
          await new Promise((resolve) => setTimeout(resolve, 1));
          return await retried(call);
        });
      return { write: (path, data, version) => retried(() => sound.write(path, data, version)) };
    }),
    caughtBy: {
      'write during an outage rejects at once with NoConnectionError and is not carried out later': /in vain/,
    },
  },
  'rejects while disconnected, but carries it out later': {
    make: damaged((sound) => {
      const later: (() => Promise<void>)[] = [];
      return {
        connect: (observer) => sound.connect(deferring(later, observer)),
        remove: async (path, version) =>
          await sound.remove(path, version).catch((error: unknown) => {
            later.push(() => sound.remove(path, version));
            throw error;
          }),
      };
    }),
    caughtBy: {
      'remove during an outage rejects at once with NoConnectionError and is not carried out later': /./,
      'remove before connect rejects at once with NoConnectionError and is not carried out later': /./,
    },
  },
  'forgets its watches with the session': {
    make: damaged((sound) => {
      const forgotten: (() => void)[] = [];
      return {
        connect: (observer) =>
          sound.connect((event) => {
            if (event.type === 'lost') for (const forget of forgotten) forget();
            observer(event);
          }),
        watch(path, options, observer) {
          const watch = sound.watch(path, options, observer);
          forgotten.push(() => watch.dispose());
          return watch;
        },
      };
    }),
    caughtBy: {
      'watches continue in a new session': /in vain/,
      'after an expired session each watch delivers once, whether anything changed or not': /in vain.*again/,
    },
  },
  'delivers after an outage only what has changed': {
    make: damaged((sound) => ({
      watch(path, options, observer) {
        let before = '';
        return sound.watch(path, options, {
          node(node) {
            const now = `${node.stat?.mzxid}/${node.stat?.pzxid}`;
            if (now !== before) observer.node(node);
            before = now;
          },
          fault: (error) => observer.fault(error),
        });
      },
    })),
    caughtBy: { 'after an outage each watch delivers once, whether anything changed or not': /in vain.*again/ },
  },
  'does not start watches that begin while it is disconnected': {
    make: damaged((sound) => {
      let connected = false;
      return {
        connect: (observer) =>
          sound.connect((event) => {
            connected = event.type === 'connected';
            observer(event);
          }),
        watch(path, options, observer) {
          const watch = sound.watch(path, options, observer);
          if (!connected) watch.dispose();
          return watch;
        },
      };
    }),
    caughtBy: {
      'a watch started during an outage begins once the connection is established': /in vain/,
      'a watch started before connect begins once the connection is established': /in vain/,
    },
  },
  'creates its ephemeral nodes again by itself': {
    make: damaged((sound) => {
      const made: (() => Promise<unknown>)[] = [];
      let times = 0;
      return {
        connect: (observer) =>
          sound.connect((event) => {
            observer(event);
            if (event.type === 'connected' && times++ > 0) for (const again of made) again().catch(() => undefined);
          }),
        async create(path, options) {
          const stat = await sound.create(path, options);
          if (options.kind === 'ephemeral') made.push(() => sound.create(path, options));
          return stat;
        },
      };
    }),
    caughtBy: {
      'a backend whose session expired sees its ephemeral nodes deleted, and can create them again': /./,
    },
  },
  'makes all share one store that no fixture isolates': {
    make: sharedStore(),
    caughtBy: { 'two fixtures do not see each other': /./ },
  },
};

function deferring(later: (() => Promise<void>)[], observer: ConnectionObserver): ConnectionObserver {
  return (event) => {
    observer(event);
    if (event.type === 'connected') for (const call of later.splice(0)) call().catch(() => undefined);
  };
}

/** Returns backends on the store of the first one, whatever store the fixture opened. */
function sharedStore(): DamagedBackend['make'] {
  const make = damaged(() => ({}));
  let first: Parameters<typeof make>[0] | undefined;
  return (store): RegistryBackend => {
    first ??= store;
    return make(first);
  };
}
