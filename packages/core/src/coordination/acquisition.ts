import type { RegistryBackend, Session } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { NoConnectionError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import { onAbort } from '../events/on-abort.js';
import type { Phase } from '../events/phase.js';
import { childOf } from '../node/path.js';
import type { Candidate, Claim, Step } from './claim.js';
import type { CoordinationContext, Lease } from './coordination-context.js';
import { InterruptibleWait } from './interruptible-wait.js';
import { afterAllThatWasSent, type PendingDelete } from './pending-deletes.js';
import { checkSequenceNumber, contenderOf, newLockId } from './queue-layout.js';
import { positionOf } from './queue-position.js';
import { WaitLimit } from './wait-limit.js';

/** A line to stand in, and what for. */
export interface LockQueue {
  /** What is contended for, for errors. */
  readonly subject: string;
  /** Where the contenders are. */
  readonly path: string;
  /** What a contender's node says. */
  readonly name: string;
  /** How long one stands in it, ms. */
  readonly waitMs: number;
  /** When the call ends, whatever the servers have answered by then, ms; more than `waitMs`. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  claim(candidate: Candidate): Claim;
}

const encoder = new TextEncoder();
/** After an answer that failed or contradicts an earlier one: asking again at once would ask without end. */
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
 *
 * The call ends by its limit even if the servers answer nothing. What was sent by then is followed to its end in the background,
 * since it may have made nodes that have to be removed; nothing more is made.
 */
export class Acquisition {
  readonly #line: LockQueue;
  readonly #context: CoordinationContext;
  readonly #wait = new InterruptibleWait();
  readonly #limit: WaitLimit;
  #place: Place | undefined;
  #lease: Lease | undefined;
  #ending: { readonly reason: unknown } | undefined;

  constructor(line: LockQueue, context: CoordinationContext) {
    const { waitMs, limitMs } = line;
    this.#line = line;
    this.#context = context;
    this.#limit = new WaitLimit(context.settings.clock, waitMs, limitMs, () => this.#wait.interrupt());
  }

  /** Undefined when it was not obtained in time. Whatever the outcome, nothing else of ours stays. */
  run(): Promise<Lease | undefined> {
    const { keepAlive } = this.#context;
    keepAlive.set(this, true);
    const disarm = this.#arm();
    const work = this.#obtainAndLeave().finally(() => {
      disarm();
      keepAlive.set(this, false);
    });
    return Promise.race([work, this.#limit.reached.then(() => this.#result())]);
  }

  #arm(): () => void {
    const { connection } = this.#context;
    const { signal } = this.#line;
    const unsubscribe = connection.subscribe(({ phase }) => this.#follow(phase));
    const stopAbortion = signal && onAbort(signal, () => this.#end(signal.reason));
    return () => {
      this.#limit.cancel();
      unsubscribe();
      stopAbortion?.();
    };
  }

  async #obtainAndLeave(): Promise<Lease | undefined> {
    try {
      await this.#obtain();
    } catch (error) {
      this.#end(error);
    }
    await this.#leave();
    return this.#result();
  }

  /** What the call comes to, as far as that is known. */
  #result(): Lease | undefined {
    if (this.#lease === undefined && this.#ending !== undefined) throw this.#ending.reason;
    return this.#lease;
  }

  /** A stop ends the wait, also when a start follows at once. */
  #follow(phase: Phase): void {
    if (phase === 'stopped')
      this.#end(new StoppedError(`The registry was stopped while ${this.#line.subject} was waited for`));
    else this.#wait.interrupt();
  }

  /** One request timeout is left to see that nothing of ours stays. */
  #end(reason: unknown): void {
    this.#ending ??= { reason };
    this.#limit.endIn(this.#context.settings.requestTimeoutMs);
    this.#wait.interrupt();
  }

  async #obtain(): Promise<void> {
    for (;;) {
      this.#wait.begin();
      const step = await this.#step();
      this.#throwIfEnded();
      if (step === 'give up' || this.#limit.time === 'over') return;
      if (step === 'look again') continue;
      if (step === 'look again later') {
        await this.#wait.forTime(this.#context.settings.clock, pauseMs);
        continue;
      }
      this.#lease = step.lease;
      return;
    }
  }

  #throwIfEnded(): void {
    if (this.#ending !== undefined) throw this.#ending.reason;
    // A start that others wait for was given up.
    const { connection } = this.#context;
    if (connection.phase === 'idle') throw connection.noConnection(this.#line.subject);
  }

  async #step(): Promise<Step> {
    const { connection, settings } = this.#context;
    const backend = this.#context.backend();
    const { session } = connection;
    if (backend === undefined || session === undefined) {
      if (this.#limit.time !== 'left') return 'give up';
      await this.#wait.forTime(settings.clock, Number.POSITIVE_INFINITY);
      return 'look again';
    }
    try {
      return await this.#stepIn(this.#placeIn(session), backend);
    } catch (error) {
      if (!(error instanceof NoConnectionError || error instanceof TimeoutError)) throw error;
      return 'look again later';
    }
  }

  #placeIn(session: Session): Place {
    if (this.#place?.candidate.session.id !== session.id) {
      const mayCreate = (): boolean => this.#isWanted && this.#context.connection.session?.id === session.id;
      const candidate = { id: newLockId(), session, wait: this.#wait, mayCreate, time: () => this.#limit.time };
      this.#place = { candidate, claim: this.#line.claim(candidate), queued: 'no', contender: undefined };
    }
    return this.#place;
  }

  get #isWanted(): boolean {
    return this.#ending === undefined && this.#limit.time !== 'over';
  }

  async #stepIn(place: Place, backend: RegistryBackend): Promise<Step> {
    const { path } = this.#line;
    const { id, mayCreate } = place.candidate;
    if (place.queued === 'no') {
      await place.claim.agree(backend);
      if (!mayCreate()) return 'look again';
      await this.#queue(place, backend);
    }
    if (place.queued === 'unknown') await afterAllThatWasSent(backend, contenderOf(path, id));
    await place.claim.agree(backend);
    const { children } = await backend.read(path, { children: 'names' });
    place.claim.checkLine(children.keys());
    const turn = positionOf(children.keys(), id);
    // If nowhere, it was never made, or a stranger removed it.
    place.queued = turn.at === 'nowhere' ? 'no' : 'yes';
    if (turn.at === 'nowhere') return 'look again later';
    checkSequenceNumber(this.#line.subject, path, turn.own);
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
    const { time } = this.#limit;
    if (time === 'over' || (time === 'overdue' && !(await claim.isRoomFor(ahead, backend)))) return 'give up';
    const path = childOf(this.#line.path, predecessor);
    await this.#wait.forNode(backend, path, 'none', ({ stat }) => stat === null);
    return 'look again';
  }

  /** Removes our contender, and what we do not keep; while disconnected that is done later. */
  async #leave(): Promise<void> {
    const place = this.#place;
    const kept = this.#lease;
    if (place === undefined) return;
    const items = [...this.#leftInLine(place, kept), ...(kept === undefined ? place.claim.leftovers() : [])];
    await Promise.all(items.map((item) => this.#context.pendingDeletes.remove(item)));
  }

  #leftInLine({ candidate, queued, contender }: Place, kept: Lease | undefined): readonly PendingDelete[] {
    const { path } = this.#line;
    const { id, session } = candidate;
    // The place in the line is itself what was contended for.
    if (kept?.path.startsWith(contenderOf(path, id))) return [];
    if (contender !== undefined) return [{ sessionId: session.id, path: contender }];
    return queued === 'no' ? [] : [{ sessionId: session.id, parent: path, prefix: id }];
  }
}
