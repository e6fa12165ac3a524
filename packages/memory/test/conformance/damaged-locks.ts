import { failureTable, quote } from '@ndsr/conformance/failure-table';
import { type AcquireOptions, type LockOptions, ReadOnlyError, type RegistryLock } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { MemoryServiceRegistry } from '@ndsr/memory';
import type { DamagedRegistry } from './damaged-registries.js';

type DamageLock = (lock: RegistryLock, registry: MemoryServiceRegistry) => Partial<RegistryLock>;

/** Returns locks with some of their members replaced. */
function lockDamage(damage: DamageLock): typeof MemoryServiceRegistry {
  return class extends MemoryServiceRegistry {
    override getLock(path: string, options?: LockOptions): RegistryLock {
      const sound = super.getLock(path, options);
      const members = damage(sound, this);
      return new Proxy(sound, {
        get(target, name) {
          if (Object.hasOwn(members, name)) return Reflect.get(members, name);
          const value = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    }
  };
}

/** Damages the requests that the locks and elections of a registry make. */
export function wireDamage(damage: (sound: RegistryBackend) => Partial<RegistryBackend>): typeof MemoryServiceRegistry {
  return class extends MemoryServiceRegistry {
    protected override createBackend(context: BackendContext): RegistryBackend {
      const sound = super.createBackend(context);
      // Without it, so that every lease is created by `create`.
      return Object.assign(sound, { createAndRemove: undefined }, damage({ ...bound(sound) }));
    }
  };
}

function bound(sound: RegistryBackend): RegistryBackend {
  return {
    name: sound.name,
    capabilities: sound.capabilities,
    quietMs: sound.quietMs,
    connect: sound.connect.bind(sound),
    authenticate: sound.authenticate.bind(sound),
    close: sound.close.bind(sound),
    read: sound.read.bind(sound),
    create: sound.create.bind(sound),
    createSequential: sound.createSequential.bind(sound),
    write: sound.write.bind(sound),
    remove: sound.remove.bind(sound),
    watch: sound.watch.bind(sound),
  };
}

const lease = /^\/locks\/one\/[0-9a-f]{32}$/;

/** Locks that break one promise each. */
export const damagedLocks: Readonly<Record<string, DamagedRegistry>> = {
  'grants a lock to everyone': {
    Registry: wireDamage((sound) => ({
      watch: (path, options, observer) =>
        sound.watch(path, options, {
          node: (node) => observer.node(path === '/locks/one' ? { ...node, children: new Map() } : node),
          fault: (error) => observer.fault(error),
        }),
    })),
    caughtBy: {
      'a lock is for one at a time: the second obtains it after the first has released it': /./,
      'a lock with simultaneous 3 is for three at a time, and no more': /true/,
      'every child of a lock’s path counts, whichever client created it': /true/,
    },
  },
  'serves the last in the queue first': {
    Registry: wireDamage((sound) => {
      let number = 9_999_999_999;
      return {
        createSequential: async (path, data) => {
          const made = `${path}${number}`;
          number -= 1;
          await sound.create(made, { kind: 'ephemeral', data, replacing: null });
          return made;
        },
      };
    }),
    caughtBy: { 'waiting clients obtain a lock in the order of arrival': /./ },
  },
  'leaves its place in the queue behind': {
    Registry: wireDamage((sound) => ({
      remove: async (path, version) => {
        if (!path.includes('__lock__/')) await sound.remove(path, version);
      },
    })),
    caughtBy: {
      [quote(failureTable.lockNotGot)]: /./,
      'abort ends the wait for a lock with its reason, and leaves nothing behind': /./,
      'await using releases a lock at the end of its block': /contenders/,
    },
  },
  'leaves its lease behind': {
    Registry: wireDamage((sound) => ({
      remove: async (path, version) => {
        if (!lease.test(path)) await sound.remove(path, version);
      },
    })),
    caughtBy: {
      'await using releases a lock at the end of its block': /leases/,
      'a lock is for one at a time: the second obtains it after the first has released it': /in vain/,
      'a lock released during an outage is released on the servers once connected': /in vain/,
    },
  },
  'makes leases that outlive their session': {
    Registry: wireDamage((sound) => ({
      create: (path, options) => sound.create(path, lease.test(path) ? { ...options, kind: 'persistent' } : options),
    })),
    caughtBy: {
      'a lock uses the layout of kazoo: the limit, leases and contenders by name': /./,
      'stop releases a lock: it is lost at once, and the next in the queue holds it': /./,
    },
  },
  'is not notified of changes to its lease': {
    Registry: wireDamage((sound) => ({
      watch: (path, options, observer) =>
        lease.test(path) ? { dispose: () => undefined } : sound.watch(path, options, observer),
    })),
    caughtBy: {
      'another client that removes a lease takes the lock from its holder, which is notified':
        /in vain: the lock is lost/,
    },
  },
  'waits when it must not': {
    Registry: lockDamage((lock) => ({ acquire: ({ signal }: AcquireOptions = {}) => lock.acquire({ signal }) })),
    caughtBy: { [quote(failureTable.lockNotGot)]: /in vain/ },
  },
  'keeps waiting after abort': {
    Registry: lockDamage((lock) => ({ acquire: ({ waitMs }: AcquireOptions = {}) => lock.acquire({ waitMs }) })),
    caughtBy: { 'abort ends the wait for a lock with its reason, and leaves nothing behind': /in vain/ },
  },
  'never reports that a lock is lost': {
    Registry: lockDamage(() => ({ lost: new AbortController().signal })),
    caughtBy: {
      'a lock whose session expires is lost; the next in the queue holds it, and its old holder can obtain it again':
        /./,
      'stop releases a lock: it is lost at once, and the next in the queue holds it': /./,
      'rebuild loses the locks': /./,
      'the lost signal of a lock that is not held is aborted; a release aborts nothing': /./,
    },
  },
  'claims a lock that it held once': {
    Registry: lockDamage((lock) => {
      let held = false;
      return {
        acquire: async (options?: AcquireOptions) => {
          const acquired = await lock.acquire(options);
          held ||= acquired;
          return acquired;
        },
        get status() {
          return held;
        },
      };
    }),
    caughtBy: {
      'during an outage a lock is not guaranteed; it stays held if the session survives': /./,
      'a lock whose session expires is lost; the next in the queue holds it, and its old holder can obtain it again':
        /./,
    },
  },
  'gives the same fencing token twice': {
    Registry: lockDamage((lock) => ({
      get fencingToken() {
        return lock.fencingToken === undefined ? undefined : 7n;
      },
    })),
    caughtBy: { 'fencing tokens grow with every grant, regardless of the client': /7/ },
  },
  'ignores how many others allow': {
    Registry: class extends MemoryServiceRegistry {
      override getLock(path: string, options: LockOptions = {}): RegistryLock {
        return super.getLock(path, { ...options, simultaneous: 1 });
      }
    },
    caughtBy: {
      'a different simultaneous than the stored one is an error that names both numbers': /./,
      'a lock with simultaneous 3 is for three at a time, and no more': /./,
    },
  },
  'answers for a lock while it is cut off, without checking that it may and can': {
    Registry: class extends MemoryServiceRegistry {
      override async acquireLock(path: string, options?: LockOptions): Promise<boolean> {
        if (this.phase === 'suspended' || this.phase === 'lost') return false;
        return await super.acquireLock(path, options);
      }
    },
    caughtBy: {
      [quote(failureTable.disconnected, 'acquireLock')]: /expected a rejection with NoConnectionError/,
      [quote(failureTable.readOnly, 'acquireLock, during an outage')]: /expected a rejection with ReadOnlyError/,
    },
  },
  'acquires locks although it is read-only': {
    Registry: class extends MemoryServiceRegistry {
      override async acquireLock(path: string, options?: LockOptions): Promise<boolean> {
        try {
          return await super.acquireLock(path, options);
        } catch (error) {
          if (error instanceof ReadOnlyError) return true;
          throw error;
        }
      }
    },
    caughtBy: { [quote(failureTable.readOnly, 'acquireLock')]: /expected a rejection with ReadOnlyError/ },
  },
  'forgets the names of the holders': {
    Registry: class extends MemoryServiceRegistry {
      override getLock(path: string, { name: _, ...options }: LockOptions = {}): RegistryLock {
        return super.getLock(path, options);
      }
    },
    caughtBy: {
      'holders are the names of all holders, including our own': /anna/,
      'a lock uses the layout of kazoo: the limit, leases and contenders by name': /./,
    },
  },
};
