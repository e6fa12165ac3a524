import type { RegistryBackend } from '../backend/registry-backend.js';
import { NoConnectionError, StoppedError, TimeoutError } from '../errors/connection-errors.js';
import { type Act, act, hasUnknownOutcome, isAct, isSurprise, seenAfter } from './act.js';
import type { Action } from './decide.js';
import type { Payload, Quarantined, RunEnd } from './quarantine.js';
import type { OwnSessions, Seen } from './seen.js';
import { payloadOf, type Wish } from './wish.js';

/** A wish of the application's, whose author is told once what has become of it. */
export interface Call {
  readonly path: string;
  wish: Wish;
  /** True: it stands. False: another live session has the path and we wait for it to go, or it was put off. */
  stands(stands: boolean): void;
  failed(error: unknown): void;
}

/** Somebody for whom a run is made: a call, or nobody but ourselves. */
export type Waiter = Call | 'background';

/** The registration that a run is for. */
export interface RunSubject {
  readonly path: string;
  readonly wish: Wish;
  /** What is known of the node. */
  readonly seen: Seen;
  /** Undefined while there is no connection. */
  readonly backend: RegistryBackend | undefined;
  readonly sessions: OwnSessions;
  /** The error of a request that cannot be sent. */
  noConnection(): NoConnectionError;
  runBegins(): void;
  /** What to do next. `looked`: whether what is known comes from a look. */
  decide(looked: boolean): Action;
  /** The outcome when there is nothing more to do for now; throws why the wish cannot be carried out. */
  conclude(action: Action): boolean | undefined;
  look(): Promise<Seen>;
  /** Takes `after`, unless something was learnt since `before`, which may be newer. Returns whether it did. */
  noticeAfter(before: Seen, after: Seen): boolean;
  /** Nothing is known any more. Returns what stands for that. */
  forgetSeen(): Seen;
  /** Something that we made, or may have made, stands there. */
  mayHaveLeft(): void;
  /** In the same step as the decision: a wish that comes later starts a run of its own. Returns an error that replaces the run's. */
  runEnded(end: RunEnd): Error | undefined;
  /** `waiter` has not got what it waited for. `askedAgain`: another run was asked for meanwhile. */
  runFailed(waiter: Waiter, error: unknown, askedAgain: boolean): void;
}

/** A run that meets this many surprises in a row gives up: somebody changes the node faster than we can look. */
const mostSurprises = 20;

/**
 * Carries out what is wished at one path: decide, perform, look, decide again. In steps, without a promise for the whole of
 * it: thousands of runs may wait for the servers together.
 */
export class Run implements Quarantined {
  /** Whether a run was asked for while this one was under way. */
  askedAgain = false;
  readonly #subject: RunSubject;
  readonly #waiters: Waiter[];
  #acts = 0;
  /** The wish that was last sent something for. */
  #sent: Wish | undefined;

  constructor(subject: RunSubject, waiter: Waiter) {
    this.#subject = subject;
    this.#waiters = [waiter];
  }

  get path(): string {
    return this.#subject.path;
  }

  get payload(): Payload {
    return payloadOf(this.path, this.#subject.wish);
  }

  /** `waiter` is told of the outcome too. */
  join(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  /** The first step. Wishes that come before it are one. */
  begin(): void {
    this.#subject.runBegins();
    this.askedAgain = false;
    this.#step(() => this.#next(false));
  }

  fail(error: Error): void {
    this.#failed(error);
  }

  #step(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#failed(error);
    }
  }

  #next(looked: boolean): void {
    const action = this.#subject.decide(looked);
    const outcome = this.#subject.conclude(action);
    if (outcome !== undefined) this.#succeeded(outcome);
    else if (this.#acts < mostSurprises) this.#perform(action);
    else throw this.#tooFast();
  }

  #tooFast(): TimeoutError {
    const { path } = this.#subject;
    return new TimeoutError(`${path} is being changed by others faster than it can be set`, { path });
  }

  #perform(action: Action): void {
    const { path, backend, sessions, wish, seen: before } = this.#subject;
    if (backend === undefined) throw this.#subject.noConnection();
    this.#acts += 1;
    this.#sent = wish;
    const session = sessions.current ?? 0n;
    const stumbled = (error: unknown): void => this.#step(() => this.#stumbled(action, wish, error));
    if (!isAct(action)) this.#look(before, stumbled);
    else act(path, action, backend).then(() => this.#step(() => this.#acted(action, before, session)), stumbled);
  }

  #acted(action: Act, before: Seen, session: bigint): void {
    this.#subject.noticeAfter(before, seenAfter(action, before, session));
    if (action.do === 'create' || action.do === 'replace') this.#subject.mayHaveLeft();
    this.#next(false);
  }

  #look(before: Seen, failed: (error: unknown) => void): void {
    const subject = this.#subject;
    subject.look().then((seen) => this.#step(() => this.#next(subject.noticeAfter(before, seen))), failed);
  }

  #stumbled(action: Action, wish: Wish, error: unknown): void {
    const unknown = this.#subject.forgetSeen();
    if (isSurprise(error)) {
      this.#look(unknown, (thrown) => this.#failed(thrown));
      return;
    }
    if (hasUnknownOutcome(action, error)) this.#subject.mayHaveLeft();
    // What failed may be wished no more: the wish that came after it has a try of its own.
    if (this.#subject.wish === wish) throw error;
    this.#next(false);
  }

  #succeeded(stands: boolean): void {
    this.#subject.runEnded({ type: 'answered' });
    for (const waiter of this.#waiters) if (waiter !== 'background') waiter.stands(stands);
  }

  #failed(error: unknown): void {
    const reported = this.#subject.runEnded(this.#endBy(error)) ?? error;
    for (const waiter of this.#waiters) this.#subject.runFailed(waiter, reported, this.askedAgain);
  }

  #endBy(error: unknown): RunEnd {
    if (this.#sent === undefined || error instanceof TimeoutError || error instanceof StoppedError) {
      return { type: 'unknown' };
    }
    if (error instanceof NoConnectionError) return { type: 'closed', payload: payloadOf(this.path, this.#sent) };
    return { type: 'answered' };
  }
}
