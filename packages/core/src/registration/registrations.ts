import type { RegistryBackend } from '../backend/registry-backend.js';
import type { Connection } from '../connection/connection.js';
import type { ConnectionState } from '../connection/connection-state.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import type { RestoreProgress } from '../connection/outage-log.js';
import type { NoConnectionError } from '../errors/connection-errors.js';
import { NotOwnerError } from '../errors/node-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Clock } from '../time/clock.js';
import { NextStep } from '../time/next-step.js';
import { type Payload, Quarantine, type RunEnd } from './quarantine.js';
import { RegistrationRunner, type RunnerHost } from './registration-runner.js';
import { type PaceOptions, RestorePace } from './restore-pace.js';
import type { Call, Run } from './run.js';
import type { OwnSessions } from './seen.js';
import type { StandingHost } from './standing.js';
import type { Wish } from './wish.js';

export interface RegistrationsHost extends StandingHost, PaceOptions {
  readonly connection: Connection;
  readonly keepAlive: KeepAlive;
  readonly requestTimeoutMs: number;
  /** What becomes of a wish while there is no connection. */
  readonly offline: 'throw' | 'defer';
  fault(error: ServiceRegistryError): void;
  /** A warning was logged about a missing connection. */
  onWarning?(): void;
  /** There is a runner more, or one less. */
  looksAfter?(runner: RegistrationRunner): void;
  letsGoOf?(runner: RegistrationRunner): void;
}

/** Earlier sessions that are remembered, so that a node they left is known for our own ghost. */
const mostPastSessions = 100;

/** Everything this registry wants to be in the store: one runner for each path, and the sessions it has had. */
export class Registrations implements RunnerHost {
  readonly pace: RestorePace;
  readonly #host: RegistrationsHost;
  readonly #runners = new Map<string, RegistrationRunner>();
  readonly #pastSessions = new Set<bigint>();
  #sessions: OwnSessions = { current: undefined, past: this.#pastSessions };
  readonly #beginning = new NextStep<Run>((run) => run.begin());
  readonly #quarantine: Quarantine<Run>;
  #backend: RegistryBackend | undefined;

  constructor(host: RegistrationsHost) {
    const { clock, random, requestTimeoutMs } = host;
    this.#host = host;
    this.#quarantine = new Quarantine({
      clock,
      random,
      requestTimeoutMs,
      start: (run) => this.#beginning.add(run),
      noConnection: (path) => this.noConnection(path),
      fault: (error) => this.fault(error),
    });
    this.pace = new RestorePace(host);
    host.connection.subscribe((state, previous) => this.#follow(state, previous));
  }

  get clock(): Clock {
    return this.#host.clock;
  }

  get random(): () => number {
    return this.#host.random;
  }

  get keepAlive(): KeepAlive {
    return this.#host.keepAlive;
  }

  get events(): RegistrationsHost['events'] {
    return this.#host.events;
  }

  get logger(): RegistrationsHost['logger'] {
    return this.#host.logger;
  }

  get backend(): RegistryBackend | undefined {
    return this.#host.connection.phase === 'connected' ? this.#backend : undefined;
  }

  get sessions(): OwnSessions {
    return this.#sessions;
  }

  noConnection(path: string): NoConnectionError {
    return this.#host.connection.noConnection(path);
  }

  fault(error: ServiceRegistryError): void {
    this.#host.fault(error);
  }

  soon(run: Run): void {
    this.#quarantine.enter(run);
  }

  ended(run: Run, end: RunEnd): Error | undefined {
    return this.#quarantine.ended(run, end);
  }

  pauseMs(path: string, payload: Payload): number {
    return this.#quarantine.pauseMs(path, payload);
  }

  done(path: string, runner: RegistrationRunner): void {
    if (this.#runners.get(path) !== runner) return;
    this.#runners.delete(path);
    this.#quarantine.forget(path);
    this.#host.letsGoOf?.(runner);
  }

  attach(backend: RegistryBackend): void {
    this.#backend = backend;
  }

  /** The backend goes away; the wishes stay for the next one. */
  detach(): void {
    for (const runner of this.#runners.values()) runner.detach();
    this.#backend = undefined;
  }

  /** How far the registrations are since the connection came. */
  get progress(): RestoreProgress {
    const count = { restored: 0, pending: 0, failed: 0 };
    for (const runner of this.#runners.values()) {
      const { restoration } = runner;
      if (restoration !== undefined) count[restoration] += 1;
    }
    return count;
  }

  /** The wish in force at `path`. */
  wishAt(path: string): Wish | undefined {
    return this.#runners.get(path)?.wish;
  }

  /**
   * Carries out the wish of `call`, and tells it of the outcome: `stands(false)` when it was put off (no connection), or when
   * another live session has the path and we wait for it to go.
   *
   * @throws {NoConnectionError} at once without a connection, unless wishes are put off
   * @throws {NotOwnerError} at once: data for a path that is registered here
   */
  set(call: Call): void {
    const { path } = call;
    const known = this.#runners.get(path)?.wish;
    if (wantsDataAtRegistration(call.wish, known)) {
      throw new NotOwnerError(path, `${path} is a registration of this registry (setNode); unset it before setData`);
    }
    if (withdraws(call.wish, known)) call.wish = ownOnly;
    if (this.backend === undefined) call.stands(this.#putOff(path, call.wish));
    else this.#runnerFor(path, call.wish).fulfil(call);
  }

  #putOff(path: string, wish: Wish): boolean {
    if (this.#host.offline === 'throw') throw this.noConnection(path);
    this.#runnerFor(path, wish).defer(wish);
    this.#host.logger.warn(`Not connected; ${path} will be ${wish.state === 'present' ? 'set' : 'unset'} later`);
    this.#host.onWarning?.();
    return false;
  }

  #runnerFor(path: string, wish: Wish): RegistrationRunner {
    const known = this.#runners.get(path);
    if (known !== undefined) return known;
    const runner = new RegistrationRunner(path, wish, this);
    this.#runners.set(path, runner);
    this.#host.looksAfter?.(runner);
    return runner;
  }

  #follow(state: ConnectionState, previous: ConnectionState): void {
    const session = state.phase === 'connected' && this.#adopt(state.session.id) ? 'new' : 'same';
    if (state.phase === 'connected') this.#quarantine.connected();
    else this.#quarantine.disconnected();
    if (state.phase !== 'connected') this.pace.clear();
    else if (previous.phase !== 'connected') this.pace.begin();
    for (const runner of [...this.#runners.values()]) {
      if (state.phase === 'connected') runner.connected(session);
      else if (state.phase === 'suspended') runner.suspended();
      else if (state.phase === 'lost' || state.phase === 'stopped') runner.lost(state.phase);
    }
  }

  /** Whether it is another one than before. */
  #adopt(session: bigint): boolean {
    const { current } = this.#sessions;
    if (session === current) return false;
    if (current !== undefined) this.#pastSessions.add(current);
    this.#pastSessions.delete(session);
    this.#sessions = { current: session, past: this.#pastSessions };
    for (const oldest of this.#pastSessions) {
      if (this.#pastSessions.size <= mostPastSessions) break;
      this.#pastSessions.delete(oldest);
    }
    return true;
  }
}

/** To withdraw a registration is to stop wanting it: a rival to whom we have yielded keeps its node. */
const ownOnly: Wish = { state: 'absent', reach: 'own' };

function withdraws(wish: Wish, known: Wish | undefined): boolean {
  return wish.state === 'absent' && wish.reach !== 'any' && known !== undefined && isPresent(known, 'ephemeral');
}

function wantsDataAtRegistration(wish: Wish, known: Wish | undefined): boolean {
  return isPresent(wish, 'persistent') && known !== undefined && isPresent(known, 'ephemeral');
}

function isPresent(wish: Wish, kind: 'ephemeral' | 'persistent'): boolean {
  return wish.state === 'present' && wish.kind === kind;
}
