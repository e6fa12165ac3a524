// Compiled by `tsc`, never run: each `@ts-expect-error` marks a use that must not compile.
import type {
  GetOptions,
  JsonValue,
  NodeData,
  NodeSnapshot,
  RegistryEvents,
  RegistryLock,
  RegistryOptions,
  ServiceRegistry,
  StateCallback,
} from '../../src/index.js';

declare const registry: ServiceRegistry;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<_ extends true>(): void {
  // Only the type matters.
}

// Events: the name determines the type of the event.
registry.on('phase', ({ phase, previous, sessionId }) => {
  expectType<Equal<typeof phase, 'idle' | 'connecting' | 'connected' | 'suspended' | 'lost' | 'stopped'>>();
  expectType<Equal<typeof previous, typeof phase>>();
  expectType<Equal<typeof sessionId, string | null>>();
});
registry.on('unregistered', ({ path, reason }) => {
  expectType<Equal<typeof path, string>>();
  expectType<Equal<typeof reason, 'unset' | 'stopped' | 'lost' | 'removed' | 'taken'>>();
  // @ts-expect-error there is no such reason
  return reason === 'expired';
});
registry.on('fault', async ({ error }) => error.code === 'ERR_NDSR_CALLBACK');
expectType<Equal<ReturnType<typeof registry.on>, () => void>>();
expectType<Equal<keyof RegistryEvents & 'registered', 'registered'>>();
// @ts-expect-error an unknown event
registry.on('fautl', () => undefined);
// @ts-expect-error a conflict has no error
registry.on('conflict', ({ error }) => error);
// @ts-expect-error events are read-only
registry.on('registered', (event) => (event.path = '/b'));

// Options: known names, right types; undefined counts as omitted.
const options: RegistryOptions = {
  timeoutMs: 100,
  lazy: undefined,
  offline: 'defer',
  rateLimit: { calls: 1, perMs: 1 },
};
void options;
// @ts-expect-error a typo
const typo: RegistryOptions = { lazzy: true };
void typo;
// @ts-expect-error not one of the values
const neither: RegistryOptions = { offline: 'queue' };
void neither;
const get: GetOptions = {
  callback: async (snapshot) => snapshot.data,
  waitMs: 5,
  children: 'names',
  signal: undefined,
};
void registry.get('/a', get);
// @ts-expect-error get has no kind
void registry.get('/a', { kind: 'ephemeral' });
void registry.set('/a', { data: 'text', kind: 'persistent', state: true });
// @ts-expect-error setNode decides the kind itself
void registry.setNode('/a', {}, { kind: 'persistent' });
// @ts-expect-error force is for unset
void registry.setNode('/a', {}, { force: true });
void registry.unset('/a', { force: true });

// Data: an object of JSON values, or text.
void registry.setNode('/a', { list: [1, { deep: null }], flag: true });
void registry.setNode('/a', 'text');
void registry.setNode('/a', null);
// @ts-expect-error a number is not data
void registry.setNode('/a', 5);
// @ts-expect-error nor is an array
void registry.setData('/a', [1]);
// @ts-expect-error nor is a function
void registry.setData('/a', () => 1);
// @ts-expect-error nor is a date
void registry.setData('/a', new Date());
// @ts-expect-error JSON has no BigInt
void registry.setData('/a', { big: 1n });
// @ts-expect-error JSON has no functions
void registry.setData('/a', { run: () => 1 });

// An interface, which has no index signature, may describe data; a property that JSON cannot represent is refused
// inside it too.
interface Meta {
  readonly weight: number;
  readonly zone?: string;
  readonly tags: readonly string[];
  readonly limits: { readonly cpu: number | null };
}
declare const meta: Meta;
void registry.setNode('/a', meta);
void registry.setData('/a', meta, { state: true });
void registry.set('/a', { data: meta });
void registry.setNode<Meta>('/a', { weight: 1, tags: [], limits: { cpu: null } });
// @ts-expect-error a Meta has tags
void registry.setNode<Meta>('/a', { weight: 1 });
declare const anyData: NodeData | string | null | undefined;
void registry.setNode('/a', anyData);
void registry.set('/a', { data: anyData });
interface Dated {
  readonly at: Date;
}
declare const dated: Dated;
// @ts-expect-error JSON has no dates
void registry.setNode('/a', dated);
interface Deep {
  readonly list: readonly { readonly run: () => void }[];
}
declare const deep: Deep;
// @ts-expect-error nor functions, however deep
void registry.set('/a', { data: deep });
declare const unknownData: unknown;
// @ts-expect-error it may be anything
void registry.setNode('/a', unknownData);

// Reading by an interface: of the node and of its children. Unchecked.
export async function read(): Promise<void> {
  const { data, children } = await registry.get<Meta>('/a');
  expectType<Equal<typeof data, Meta | null>>();
  expectType<Equal<(typeof children)[string], Meta | null>>();
  expectType<Equal<ReturnType<typeof registry.peek<Meta>>, NodeSnapshot<Meta> | undefined>>();
  for await (const snapshot of registry.watch<Meta>('/a')) expectType<Equal<typeof snapshot, NodeSnapshot<Meta>>>();
  registry.addCallback<Meta>('/a', ({ children: { one } }) => one?.weight);
  const callback = (snapshot: NodeSnapshot<Meta>): number => Object.keys(snapshot.children).length;
  registry.addCallback('/a', callback);
  registry.removeCallback('/a', callback);
  expectType<Equal<typeof untyped, NodeSnapshot>>();
}
const untyped = await registry.get('/a', { callback: ({ data }) => data?.anything });

// Snapshots: frozen, null if there is nothing.
declare const snapshot: NodeSnapshot;
expectType<Equal<typeof snapshot.data, NodeData | null>>();
expectType<Equal<(typeof snapshot.children)[string], NodeData | null>>();
export const value: JsonValue | undefined = snapshot.data?.anything;
export const owner: bigint | undefined = snapshot.stat?.ephemeralOwner;
// @ts-expect-error a snapshot cannot be changed
snapshot.path = '/b';
// @ts-expect-error nor can its content
snapshot.children.a = null;

// Locks: the guarded work runs only while the lock is held; the signal and the token are for the code it calls.
export async function guarded(): Promise<bigint | undefined> {
  await using lock = await registry.getLock('/a', { name: 'me', simultaneous: 3, waitMs: 5 }).hold();
  expectType<Equal<typeof lock, RegistryLock>>();
  expectType<Equal<typeof lock.lost, AbortSignal>>();
  // @ts-expect-error the number of holders belongs to the lock, not to one attempt
  await lock.acquire({ simultaneous: 2 });
  return lock.fencingToken;
}

// Elections: lead settles as the work does, async or not.
export async function led(): Promise<void> {
  const election = registry.getElection('/a', { name: 'me' });
  const value = await election.lead(async (signal, { fencingToken, status }) => [signal.aborted, fencingToken, status]);
  expectType<Equal<typeof value, (boolean | bigint)[]>>();
  const text = await election.lead(() => 'text', { requeue: true });
  expectType<Equal<typeof text, string>>();
  for await (const leader of election.watch()) expectType<Equal<typeof leader, string | undefined>>();
  // @ts-expect-error an election has no time limit, only the signal
  await election.lead(() => undefined, { waitMs: 5 });
}

// Callbacks may be async; their return value is ignored.
export const stateCallback: StateCallback = async (connected) => connected;
registry.addCallback('/a', async () => 5);
// @ts-expect-error the port is for backends, not for users
registry.createBackend;
