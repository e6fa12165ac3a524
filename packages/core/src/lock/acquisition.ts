import { addAbortListener } from 'node:events';
import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import type { Phase } from '../connection/connection-state.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { NoConnectionError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import { childOf } from '../node/path.js';
import type { Candidate, Claim, Step } from './claim.js';
import { InterruptibleWait } from './interruptible-wait.js';
import { afterAllThatWasSent, type Leftover } from './leftovers.js';
import type { Lease, LockContext } from './lock-context.js';
import { contenderOf, newLockId } from './lock-layout.js';
import { turnOf } from './turn.js';

/** A line to stand in, and what for. */
export interface Line {
  /** What is contended for, for errors. */
  readonly subject: string;
  /** Where the contenders are. */
  readonly path: string;
  /** What a contender's node says. */
  readonly name: string;
  /** How long one stands in it, ms. */
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
  claim(candidate: Candidate): Claim;
}

const encoder = new TextEncoder();
/** A client may be late to tell that its connection is gone; asking it again at once would leave it no time to. */
const pauseMs = 100;

/** Where we stand in one session. */
interface Place {
  readonly candidate: Candidate;
  readonly claim: Claim;
  /** `unknown`: the contender was asked for, and the answer was lost. */
  queued: 'no' | 'unknown' | 'yes';
  /** The contender's path, where its making was answered. */
  contender: string | undefined;
}

/**
 * One attempt to obtain something by kazoo's recipe: stand in line, and when nobody is before us claim it. Each wait is a
 * watch on one node: on whoever is right before us, or on what the first in line waits for. Every look decides afresh, so a
 * lost answer or a broken connection costs at most another look; a lost session costs the place.
 */
export class Acquisition {
  readonly #line: Line;
  readonly #context: LockContext;
  readonly #wait = new InterruptibleWait();
  #place: Place | undefined;
  #time: 'left' | 'overdue' | 'over';
  #ending: { readonly reason: unknown } | undefined;

  constructor(line: Line, context: LockContext) {
    this.#line = line;
    this.#context = context;
    this.#time = line.waitMs === 0 ? 'overdue' : 'left';
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
    const { signal, waitMs } = this.#line;
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
    if (phase === 'stopped')
      this.#end(new StoppedError(`The registry was stopped while ${this.#line.subject} was waited for`));
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
    if (this.#context.connection.phase === 'idle') throw new NoConnectionError(undefined, { path: this.#line.subject });
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
    if (this.#place?.candidate.session.id !== session.id) {
      const inItsSession = (): boolean => this.#context.connection.session?.id === session.id;
      const candidate = { id: newLockId(), session, wait: this.#wait, inItsSession, time: () => this.#time };
      this.#place = { candidate, claim: this.#line.claim(candidate), queued: 'no', contender: undefined };
    }
    return this.#place;
  }

  async #stepIn(place: Place, backend: RegistryBackend): Promise<Step> {
    const { path } = this.#line;
    const { id, inItsSession } = place.candidate;
    await place.claim.agree(backend);
    if (!inItsSession()) return 'look again';
    if (place.queued === 'no') await this.#queue(place, backend);
    if (place.queued === 'unknown') await afterAllThatWasSent(backend, contenderOf(path, id));
    const { children } = await backend.read(path, { children: 'names' });
    const turn = turnOf(children.keys(), id);
    // If nowhere, it was never made, or a stranger removed it.
    place.queued = turn.at === 'nowhere' ? 'no' : 'yes';
    if (turn.at === 'nowhere') return 'look again';
    if (turn.at === 'first') return place.claim.obtain(childOf(path, turn.own), backend);
    return this.#standBehind(turn.predecessor, turn.ahead, place.claim, backend);
  }

  async #queue(place: Place, backend: RegistryBackend): Promise<void> {
    place.queued = 'unknown';
    place.contender = undefined;
    const { path, name } = this.#line;
    try {
      place.contender = await backend.createSequential(contenderOf(path, place.candidate.id), encoder.encode(name));
      place.queued = 'yes';
    } catch (error) {
      if (error instanceof NotAuthorizedError) place.queued = 'no';
      throw error;
    }
  }

  async #standBehind(predecessor: string, ahead: number, claim: Claim, backend: RegistryBackend): Promise<Step> {
    const time = this.#time;
    if (time === 'over' || (time === 'overdue' && !(await claim.isRoomFor(ahead, backend)))) return 'give up';
    const path = childOf(this.#line.path, predecessor);
    await this.#wait.forNode(backend, path, 'none', ({ stat }) => stat === null);
    return 'look again';
  }

  /** Removes our contender, and what we do not keep; while disconnected that is done later. */
  async #leave(kept: Lease | undefined): Promise<void> {
    const place = this.#place;
    if (place === undefined) return;
    const items = [...this.#leftInLine(place, kept), ...(kept === undefined ? place.claim.leftovers() : [])];
    await Promise.all(items.map((item) => this.#context.leftovers.remove(item)));
  }

  #leftInLine({ candidate, queued, contender }: Place, kept: Lease | undefined): readonly Leftover[] {
    const { path } = this.#line;
    const { id, session } = candidate;
    // The place in the line is itself what was contended for.
    if (kept?.path.startsWith(contenderOf(path, id))) return [];
    if (contender !== undefined) return [{ sessionId: session.id, path: contender }];
    return queued === 'no' ? [] : [{ sessionId: session.id, parent: path, prefix: id }];
  }
}
