import type {
  Freshness,
  GetOptions,
  NodeChanges,
  NodeSnapshot,
  RegistryEventName,
  RegistryListener,
  SetStateOptions,
  SnapshotCallback,
  SnapshotIterator,
  StateCallback,
  UnsetOptions,
  ViewOptions,
} from '@ndsr/core';
import { MissedChangeError, NotEmptyError } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { type MemoryRegistryOptions, MemoryServiceRegistry } from '@ndsr/memory';

/** A kind of damage, and the cases of the suite that must notice it, each with its complaint. */
export interface DamagedRegistry {
  readonly Registry: typeof MemoryServiceRegistry;
  readonly caughtBy: Readonly<Record<string, RegExp>>;
}

type Data = Parameters<MemoryServiceRegistry['setNode']>[1];

/** Public classes that break one promise each. */
export const damagedRegistries: Readonly<Record<string, DamagedRegistry>> = {
  'returns copies that are not frozen': {
    Registry: class extends MemoryServiceRegistry {
      override async get<Meta extends object>(path: string, options?: GetOptions<Meta>): Promise<NodeSnapshot<Meta>> {
        return structuredClone(await super.get(path, options));
      }
    },
    caughtBy: {
      'snapshots are deeply frozen, and an equal value is the same object': /isDeeplyFrozen|false/,
    },
  },
  'keeps children in a plain object': {
    Registry: class extends MemoryServiceRegistry {
      override async get<Meta extends object>(path: string, options?: GetOptions<Meta>): Promise<NodeSnapshot<Meta>> {
        const snapshot = await super.get(path, options);
        return { ...snapshot, children: { ...snapshot.children } };
      }
    },
    caughtBy: {
      'children are a record without prototype, in the order of their names, null for one without data': /null/,
    },
  },
  'writes equal data again': {
    Registry: class extends MemoryServiceRegistry {
      override async setNode(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        await super.setNode(path, { again: Math.random() });
        return await super.setNode(path, data, options);
      }
    },
    caughtBy: { 'setNode of the same data again writes nothing and keeps the time': /version/ },
  },
  'resolves before it has written': {
    Registry: class extends MemoryServiceRegistry {
      override async setNode(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        setTimeout(() => void super.setNode(path, data, options).catch(() => undefined), 1);
        return true;
      }
    },
    caughtBy: {
      'a call that has resolved is visible to the next get of the same registry, in the node and in its parent': /./,
      'setNode resolves true once the node exists, ephemeral, under persistent parents': /does not exist/,
    },
  },
  'calls a callback twice': {
    Registry: class extends MemoryServiceRegistry {
      override addCallback<Meta extends object>(
        path: string,
        callback: SnapshotCallback<Meta>,
        options?: ViewOptions,
      ): void {
        super.addCallback(path, callback, options);
        super.addCallback<Meta>(path, (...call) => callback(...call), options);
      }
    },
    caughtBy: { 'a callback runs once with the known snapshot, then after each change': /equal value twice/ },
  },
  'does not wait for an async callback': {
    Registry: class extends MemoryServiceRegistry {
      override get<Meta extends object>(path: string, options: GetOptions<Meta> = {}): Promise<NodeSnapshot<Meta>> {
        const { callback } = options;
        if (callback === undefined) return super.get(path, options);
        return super.get(path, { ...options, callback: (...call) => void this.#call(callback, call) });
      }

      async #call<Meta extends object>(
        callback: SnapshotCallback<Meta>,
        call: Parameters<SnapshotCallback<Meta>>,
      ): Promise<void> {
        await Promise.resolve(callback(...call)).then(undefined, () => undefined);
      }
    },
    caughtBy: { 'an async callback never runs concurrently with itself, and then receives the latest snapshot': /./ },
  },
  'swallows what callbacks throw': {
    Registry: class extends MemoryServiceRegistry {
      override addCallback<Meta extends object>(
        path: string,
        callback: SnapshotCallback<Meta>,
        options?: ViewOptions,
      ): void {
        const quiet: SnapshotCallback<Meta> = async (...call): Promise<void> => {
          await Promise.resolve(call)
            .then((values) => callback(...values))
            .then(undefined, () => undefined);
        };
        super.addCallback(path, quiet, options);
      }
    },
    caughtBy: {
      'a callback that throws or rejects is reported as a fault, stays subscribed, and does not affect others':
        /in vain: four faults/,
    },
  },
  'removes every callback of a path with one': {
    Registry: class extends MemoryServiceRegistry {
      override removeCallback<Meta extends object>(path: string, callback: SnapshotCallback<Meta>): boolean {
        const removed = super.removeCallback(path, callback);
        this.unwatch(path);
        return removed;
      }
    },
    caughtBy: { 'a removed callback is not called again; the others are': /in vain/ },
  },
  'reports changes since the last delivery instead of the last call': {
    Registry: class extends MemoryServiceRegistry {
      override addCallback<Meta extends object>(
        path: string,
        callback: SnapshotCallback<Meta>,
        options?: ViewOptions,
      ): void {
        let latest: NodeChanges<Meta> | undefined;
        const remember: SnapshotCallback<Meta> = (_, changes) => {
          latest = changes;
        };
        super.addCallback(path, remember, options);
        super.addCallback<Meta>(path, (snapshot, changes) => callback(snapshot, latest ?? changes), options);
      }
    },
    caughtBy: {
      'changes of a callback that was busy say what differs from the snapshot that it received before': /./,
    },
  },
  'reports a child whose data changed as added': {
    Registry: class extends MemoryServiceRegistry {
      override addCallback<Meta extends object>(
        path: string,
        callback: SnapshotCallback<Meta>,
        options?: ViewOptions,
      ): void {
        const damaged: SnapshotCallback<Meta> = (snapshot, { self, removed, added, changed }) => {
          const changes = { removed, added: new Map([...added, ...changed]), changed: new Map() };
          return callback(snapshot, self === undefined ? changes : { ...changes, self });
        };
        super.addCallback(path, damaged, options);
      }
    },
    caughtBy: {
      'changes name everything as added at first, and then the children that differ, with their data and stat': /./,
      'changes contain a child whose stat alone differs, which causes no call of its own': /./,
      'a callback runs once with the known snapshot, then after each change': /add child child, which was known/,
      'changes cannot be changed': /false == true|isFrozen/,
    },
  },
  'repeats the first changes of a loop': {
    Registry: class extends MemoryServiceRegistry {
      override async *watch(path: string, options: object = {}): SnapshotIterator<never> {
        let first: NodeChanges | undefined;
        for await (const { snapshot, changes } of super.watch(path, { ...options, changes: true })) {
          first ??= changes;
          yield { snapshot, changes: first } as never;
        }
      }
    },
    caughtBy: {
      'a watch loop with changes yields each snapshot with what differs from the one that the loop received before':
        /which was known/,
      'changes lead from each snapshot to the next one through a random history with outages and lost sessions': /./,
    },
  },
  'continues a watch loop after abort': {
    Registry: class extends MemoryServiceRegistry {
      override watch(
        path: string,
        { signal: _, ...options }: object & { signal?: unknown } = {},
      ): SnapshotIterator<never> {
        return super.watch(path, options) as SnapshotIterator<never>;
      }
    },
    caughtBy: {
      "abort ends a watch loop with the signal's reason, also before it started": /in vain: the end of the loop/,
    },
  },
  'reads names instead of data': {
    Registry: class extends MemoryServiceRegistry {
      override get<Meta extends object>(path: string, options: GetOptions<Meta> = {}): Promise<NodeSnapshot<Meta>> {
        return super.get(path, { ...options, children: 'names' });
      }
    },
    caughtBy: {
      'a server that registers itself is seen by another registry, with its data, pid and time': /pid/,
      "children 'names' and 'data' of one path can be read side by side, the names only and the data too": /./,
    },
  },
  'corrects paths silently': {
    Registry: class extends MemoryServiceRegistry {
      override get<Meta extends object>(path: string, options?: GetOptions<Meta>): Promise<NodeSnapshot<Meta>> {
        return super.get(String(path).replace(/\/+$/, '') || '/', options);
      }
    },
    caughtBy: {
      'get of a path that is none is refused with InvalidPathError before anything is sent': /InvalidPathError/,
    },
  },
  'connects before it checks its arguments': {
    Registry: class extends MemoryServiceRegistry {
      override async setNode(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        await this.start();
        return await super.setNode(path, data, options);
      }
    },
    caughtBy: {
      'setNode of a read-only registry is refused with ReadOnlyError, and nothing is sent': /'connected'/,
      'setNode of a path that is none is refused with InvalidPathError before anything is sent': /'connected'/,
    },
  },
  'opens itself again after stop': {
    Registry: class extends MemoryServiceRegistry {
      override async setNode(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        if (this.phase === 'stopped') await this.start();
        return await super.setNode(path, data, options);
      }
    },
    caughtBy: { 'setNode after stop is refused with StoppedError, until start': /StoppedError/ },
  },
  'leaves its registrations behind at stop': {
    Registry: class extends MemoryServiceRegistry {
      protected override createBackend(context: BackendContext): RegistryBackend {
        return Object.assign(super.createBackend(context), { close: async () => undefined });
      }
    },
    caughtBy: {
      'stop deletes the ephemeral nodes and keeps persistent ones': /in vain/,
      'await using stops the registry': /./,
    },
  },
  'defers writes without being asked to': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super({ ...options, offline: 'defer' });
      }
    },
    caughtBy: {
      'setNode during an outage rejects with NoConnectionError, and nothing happens later': /NoConnectionError/,
      'get of an unknown path during an outage rejects with NoConnectionError, and the callback runs later':
        /NoConnectionError/,
    },
  },
  'ignores every empty list': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super({ ...options, guardEmpty: undefined });
      }
    },
    caughtBy: {
      'with guardEmpty services that disappeared together stay listed until one is back, and the registry reports it':
        /that it holds the fleet/,
      'with guardEmpty unwatch ends the hold, and a new read shows the path empty': /that it holds the fleet/,
    },
  },
  'accepts every empty list': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super({ ...options, guardEmpty: { holdMs: 60_000 } });
      }
    },
    caughtBy: { 'without guardEmpty, or with one child, an empty list is shown at once': /nothing/ },
  },
  'holds an empty list back and does not report it': {
    Registry: class extends MemoryServiceRegistry {
      override freshness(path: string): Freshness | undefined {
        const freshness = super.freshness(path);
        return freshness && { ...freshness, held: false };
      }
    },
    caughtBy: {
      'with guardEmpty services that disappeared together stay listed until one is back, and the registry reports it':
        /held|false/,
    },
  },
  'takes each change that it reads for a missed one': {
    Registry: class extends MemoryServiceRegistry {
      override on<Name extends RegistryEventName>(name: Name, listener: RegistryListener<Name>): () => void {
        if (name === 'fault') {
          const tell = listener as RegistryListener<'fault'>;
          setTimeout(() => tell({ error: new MissedChangeError('/busy', 'made up') }), 20);
        }
        return super.on(name, listener);
      }
    },
    caughtBy: {
      'the safety re-read reports nothing for working watches, and disturbs nothing, while everything changes':
        /made up/,
    },
  },
  'reports a live path as older than any session': {
    Registry: class extends MemoryServiceRegistry {
      override freshness(path: string): Freshness | undefined {
        const freshness = super.freshness(path);
        return freshness && { ...freshness, ageMs: 60_000 };
      }
    },
    caughtBy: { 'freshness of a watched path is live, as of the last answer of the servers': /60000 ms/ },
  },
  'reports old values as live': {
    Registry: class extends MemoryServiceRegistry {
      override freshness(path: string): Freshness | undefined {
        const freshness = super.freshness(path);
        return freshness && { origin: 'live', asOf: new Date(), ageMs: 0, held: false };
      }
    },
    caughtBy: { 'get of a known path during an outage is the last known value, at once, and marked as such': /'live'/ },
  },
  'overwrites the data of a node that it cannot remove': {
    Registry: class extends MemoryServiceRegistry {
      override async unset(path: string, options?: UnsetOptions): Promise<boolean> {
        try {
          return await super.unset(path, options);
        } catch (error) {
          if (error instanceof NotEmptyError) await super.setData(path, {});
          throw error;
        }
      }
    },
    caughtBy: { 'unset of a node with children rejects with NotEmptyError, and nothing is changed': /version/ },
  },
  'removes any node': {
    Registry: class extends MemoryServiceRegistry {
      override unset(path: string): Promise<boolean> {
        return super.unset(path, { force: true });
      }
    },
    caughtBy: {
      'unset of another live session’s registration rejects with NotOwnerError, unless forced': /NotOwnerError/,
      'unset and stop of the registry that yielded leave the competing owner alone': /./,
    },
  },
  'fights a competing owner': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super(options);
        this.on('conflict', ({ path }) => void this.#insist(path).catch(() => undefined));
      }

      async #insist(path: string): Promise<void> {
        // The other one fights too: without a pause no timer would ever run.
        await new Promise((resolve) => setTimeout(resolve, 1));
        const { data } = await this.get(path);
        await this.unset(path);
        await super.setNode(path, { ...data, by: 'first' });
      }
    },
    caughtBy: {
      "a competing owner's first registration takes the path: we report the conflict, yield, and nobody fights": /./,
    },
  },
  'does not register again after a lost session': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super(options);
        this.on('unregistered', ({ path, reason }) => {
          if (reason === 'lost') this.on('phase', () => void this.unset(path).catch(() => undefined));
        });
      }
    },
    caughtBy: {
      'after an expired session the registration is re-created with the same bytes, and events report it': /./,
      'a hundred registrations are all re-created after an expired session': /in vain: a callback gets all/,
    },
  },
  'registers again with other bytes': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super(options);
        let lost = false;
        this.on('unregistered', ({ reason }) => {
          lost = reason === 'lost';
        });
        this.on('registered', ({ path }) => {
          if (lost) void this.setNode(path, { back: true }).catch(() => undefined);
        });
      }
    },
    caughtBy: {
      'a hundred registrations are all re-created after an expired session': /back/,
      'after an expired session the registration is re-created with the same bytes, and events report it':
        /"back":true/,
    },
  },
  'notifies a state callback of changes only': {
    Registry: class extends MemoryServiceRegistry {
      override getState(callback?: StateCallback): boolean {
        let first = true;
        return super.getState((connected) => {
          if (!first) callback?.(connected);
          first = false;
        });
      }
    },
    caughtBy: { 'getState calls back at once and at each change, with the boolean': /./ },
  },
};
