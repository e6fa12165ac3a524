import { addAbortListener } from 'node:events';
import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import type { Phase } from '../connection/connection-state.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { BackendError } from '../errors/background-errors.js';
import { NoConnectionError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import { LockLimitError } from '../errors/lock-errors.js';
import { NodeExistsError } from '../errors/node-errors.js';
import { childOf } from '../node/path.js';
import type { LockSettings } from '../options/lock-options.js';
import { InterruptibleWait } from './interruptible-wait.js';
import { afterAllThatWasSent, type Leftover } from './leftovers.js';
import type { Lease, LockContext } from './lock-context.js';
import { contenderOf, leaseOf, newLockId, parseLimit, queueOf } from './lock-layout.js';
import { decideGrab, turnOf } from './turn.js';

type Step = { readonly lease: Lease } | 'give up' | 'look again';

const encoder = new TextEncoder();
/** A client may be late to tell that its connection is gone; asking it again at once would leave it no time to. */
const pauseMs = 100;

/** Where we stand in one session; another one knows nothing of our nodes. */
interface Place {
  readonly id: string;
  readonly session: Session;
  limitChecked: boolean;
  /** `unknown`: the contender was asked for, and the answer was lost. */
  queued: 'no' | 'unknown' | 'yes';
  /** The contender's path, where its making was answered. */
  contender: string | undefined;
  /** A lease was asked for. */
  grabbed: boolean;
}

/**
 * One attempt to obtain a lock, by kazoo's recipe: stand in line, and when nobody is before us take a lease as soon as one is
 * free. Each wait is a watch on one node: on whoever is right before us, or for the first in line on the leases. Every
 * look decides afresh, so a lost answer or a broken connection costs at most another look; a lost session costs the place.
 */
export class Acquisition {
  readonly #path: string;
  readonly #lock: LockSettings;
  readonly #context: LockContext;
  readonly #wait = new InterruptibleWait();
  #place: Place | undefined;
  /** `overdue`: nobody is waited for any more who might take a while. `over`: nobody at all. */
  #time: 'left' | 'overdue' | 'over';
  #ending: { readonly reason: unknown } | undefined;

  constructor(path: string, lock: LockSettings, context: LockContext) {
    this.#path = path;
    this.#lock = lock;
    this.#context = context;
    this.#time = lock.waitMs === 0 ? 'overdue' : 'left';
  }

  /** Undefined when it was not obtained in time. Whatever the outcome, nothing else of ours stays. */
  async run(): Promise<Lease | undefined> {
    const { keepAlive } = this.#context;
    keepAlive.set(this, true);
    const disarm = this.#arm();
    try {
      const lease = await this.#obtain();
      await this.#leave(lease);
      return lease;
    } catch (error) {
      await this.#leave(undefined);
      throw error;
    } finally {
      disarm();
      keepAlive.set(this, false);
    }
  }

  #arm(): () => void {
    const { connection, settings } = this.#context;
    const { signal, waitMs } = this.#lock;
    const timeIs = (time: 'overdue' | 'over'): void => {
      this.#time = time;
      this.#wait.interrupt();
    };
    const cancels = [
      connection.subscribe(({ phase }) => this.#follow(phase)),
      ...after(waitMs, 'overdue'),
      ...after(waitMs + settings.requestTimeoutMs, 'over'),
    ];
    const abortion = signal && addAbortListener(signal, () => this.#end(signal.reason));
    return () => {
      for (const cancel of cancels) cancel();
      abortion?.[Symbol.dispose]();
    };

    function after(ms: number, time: 'overdue' | 'over') {
      return Number.isFinite(ms) ? [settings.clock.timer(ms, () => timeIs(time))] : [];
    }
  }

  /** A stop ends the wait, also when a start follows at once. */
  #follow(phase: Phase): void {
    if (phase === 'stopped') this.#end(new StoppedError('The registry was stopped while the lock was waited for'));
    else this.#wait.interrupt();
  }

  #end(reason: unknown): void {
    this.#ending ??= { reason };
    this.#wait.interrupt();
  }

  async #obtain(): Promise<Lease | undefined> {
    for (;;) {
      this.#wait.begin();
      const step = await this.#step();
      this.#throwIfEnded();
      if (step === 'give up') return undefined;
      if (step !== 'look again') return step.lease;
    }
  }

  #throwIfEnded(): void {
    if (this.#ending !== undefined) throw this.#ending.reason;
    // A start that others wait for was given up.
    if (this.#context.connection.phase === 'idle') throw new NoConnectionError(undefined, { path: this.#path });
  }

  async #step(): Promise<Step> {
    const { connection, settings } = this.#context;
    const backend = this.#context.backend();
    const { session } = connection;
    if (backend === undefined || session === undefined) {
      if (this.#time !== 'left') return 'give up';
      await this.#wait.forTime(settings.clock, Number.POSITIVE_INFINITY);
      return 'look again';
    }
    try {
      return await this.#stepIn(this.#placeIn(session), backend);
    } catch (error) {
      if (!(error instanceof NoConnectionError || error instanceof TimeoutError)) throw error;
      await this.#wait.forTime(settings.clock, pauseMs);
      return 'look again';
    }
  }

  #placeIn(session: Session): Place {
    if (this.#place?.session.id !== session.id) {
      this.#place = {
        id: newLockId(),
        session,
        limitChecked: false,
        queued: 'no',
        contender: undefined,
        grabbed: false,
      };
    }
    return this.#place;
  }

  async #stepIn(place: Place, backend: RegistryBackend): Promise<Step> {
    if (!place.limitChecked) await this.#agreeOnLimit(place, backend);
    if (place.queued === 'no') await this.#queue(place, backend);
    if (place.queued === 'unknown') await afterAllThatWasSent(backend, contenderOf(this.#path, place.id));
    const { children } = await backend.read(queueOf(this.#path), { children: 'names' });
    const turn = turnOf(children.keys(), place.id);
    // If nowhere, it was never made, or a stranger removed it.
    place.queued = turn.at === 'nowhere' ? 'no' : 'yes';
    if (turn.at === 'nowhere') return 'look again';
    return turn.at === 'first' ? this.#grab(place, backend) : this.#standBehind(turn.predecessor, turn.ahead, backend);
  }

  /** Says how many may hold the lock at once, or hears it from who was there before. */
  async #agreeOnLimit(place: Place, backend: RegistryBackend): Promise<void> {
    const data = encoder.encode(String(this.#lock.simultaneous));
    const { stat, data: found } = await backend.read(this.#path, { children: 'none' });
    if (stat !== null) this.#checkLimit(found);
    else {
      try {
        await backend.create(this.#path, { kind: 'persistent', data, replacing: null, openParents: true });
      } catch (error) {
        if (!(error instanceof NodeExistsError)) throw error;
        return this.#agreeOnLimit(place, backend);
      }
    }
    place.limitChecked = true;
  }

  #checkLimit(data: Uint8Array | null): void {
    const { simultaneous } = this.#lock;
    const limit = parseLimit(data);
    if (limit !== undefined && limit !== BigInt(simultaneous))
      throw new LockLimitError(this.#path, limit, simultaneous);
  }

  async #queue(place: Place, backend: RegistryBackend): Promise<void> {
    place.queued = 'unknown';
    place.contender = undefined;
    const name = encoder.encode(this.#lock.name);
    try {
      place.contender = await backend.createSequential(contenderOf(this.#path, place.id), name);
      place.queued = 'yes';
    } catch (error) {
      if (error instanceof NotAuthorizedError) place.queued = 'no';
      throw error;
    }
  }

  async #standBehind(predecessor: string, ahead: number, backend: RegistryBackend): Promise<Step> {
    if (this.#time !== 'left' && !(await this.#isRoomFor(ahead, backend))) return 'give up';
    const path = childOf(queueOf(this.#path), predecessor);
    await this.#wait.forNode(backend, path, 'none', ({ stat }) => stat === null);
    return 'look again';
  }

  /** Whether those before us leave a slot for us: then they are only passing through, and it will not be long. */
  async #isRoomFor(ahead: number, backend: RegistryBackend): Promise<boolean> {
    if (this.#time === 'over') return false;
    const { children } = await backend.read(this.#path, { children: 'names' });
    return children.size + ahead < this.#lock.simultaneous;
  }

  async #grab(place: Place, backend: RegistryBackend): Promise<Step> {
    const decide = (children: ReadonlyMap<string, unknown>) => {
      const leases = { held: children.size, ours: children.has(place.id) };
      return decideGrab(leases, this.#lock.simultaneous, this.#time !== 'left');
    };
    const node = await this.#wait.forNode(backend, this.#path, 'names', (seen) => decide(seen.children) !== 'wait');
    if (node === undefined) return this.#time === 'over' ? 'give up' : 'look again';
    place.limitChecked = node.stat !== null;
    if (!place.limitChecked) return 'look again';
    this.#checkLimit(node.data);
    const grab = decide(node.children);
    if (grab === 'take') await this.#take(place, backend);
    return grab === 'give up' ? 'give up' : this.#keep(place, backend);
  }

  async #take(place: Place, backend: RegistryBackend): Promise<void> {
    place.grabbed = true;
    const data = encoder.encode(this.#lock.name);
    try {
      await backend.create(leaseOf(this.#path, place.id), { kind: 'ephemeral', data, replacing: null });
    } catch (error) {
      if (error instanceof NotAuthorizedError) place.grabbed = false;
      throw error;
    }
  }

  /** The lease is there: whose it is, and since which transaction. */
  async #keep({ id, session }: Place, backend: RegistryBackend): Promise<Step> {
    const path = leaseOf(this.#path, id);
    const sentAt = this.#context.settings.clock.now();
    const { stat } = await backend.read(path, { children: 'none' });
    // Somebody removed it at once.
    if (stat === null) return 'look again';
    if (stat.ephemeralOwner !== session.id) throw new BackendError(`${path} is not of this session`, { path });
    if (this.#context.connection.session?.id !== session.id) return 'look again';
    this.#context.trust.confirm(session, sentAt);
    return { lease: { path, session, czxid: stat.czxid } };
  }

  /** Removes our contender, and a lease that we do not keep; while disconnected that is done later. */
  async #leave(kept: Lease | undefined): Promise<void> {
    const place = this.#place;
    if (place === undefined) return;
    const sessionId = place.session.id;
    const items: Leftover[] = [];
    if (place.contender !== undefined) items.push({ sessionId, path: place.contender });
    else if (place.queued !== 'no') items.push({ sessionId, parent: queueOf(this.#path), prefix: place.id });
    if (place.grabbed && kept === undefined) items.push({ sessionId, path: leaseOf(this.#path, place.id) });
    await Promise.all(items.map((item) => this.#context.leftovers.remove(item)));
  }
}
