import type { RawNode } from '../backend/raw-node.js';
import type { BackendWatch, RegistryBackend, WatchObserver } from '../backend/registry-backend.js';
import type { KeepAlive } from '../connection/keep-alive.js';
import type { RestoreProgress } from '../connection/outage-log.js';
import { toRegistryError } from '../errors/background-errors.js';
import { NoConnectionError, RequestRefusedError, StoppedError } from '../errors/connection-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { type Action, decide } from './decide.js';
import type { Payload, RunEnd } from './quarantine.js';
import { isRefusal, refusalError } from './refusal.js';
import { type Call, Run, type RunSubject, type Waiter } from './run.js';
import { RunSchedule, type Scheduled, type ScheduleHost } from './run-schedule.js';
import { notLookedYet, type OwnSessions, type Seen, seenFrom } from './seen.js';
import { Standing, type StandingHost } from './standing.js';
import { payloadOf, type Wish } from './wish.js';

/** What a runner needs of the registry around it. */
export interface RunnerHost extends StandingHost, ScheduleHost {
  /** Calls `begin` of `run` in the next step, or as soon as it may be under way. */
  soon(run: Run): void;
  /** `run` has ended. Returns an error that replaces its own. */
  ended(run: Run, end: RunEnd): Error | undefined;
  /** How long that must not be sent to `path`, ms. */
  pauseMs(path: string, payload: Payload): number;
  /** A wanted registration keeps the process alive. */
  readonly keepAlive: KeepAlive;
  /** Undefined while there is no connection. */
  readonly backend: RegistryBackend | undefined;
  readonly sessions: OwnSessions;
  /** The error of a request about `path` that cannot be sent. */
  noConnection(path: string): NoConnectionError;
  /** Background trouble. */
  fault(error: ServiceRegistryError): void;
  /** Nothing is left for `runner` to look after at `path`. */
  done(path: string, runner: RegistrationRunner): void;
}

/** What a runner knows of its node. */
export interface Tidings {
  readonly deliveries: number;
  /** `untold`: the watch has told nothing in this connection. */
  readonly seen: Seen | 'untold';
}

/**
 * Brings one path to what is wished and keeps it there, by one run at a time.
 * A call that fails leaves the wish as it stood before, and what it may have left behind is removed.
 */
export class RegistrationRunner implements WatchObserver, Scheduled, RunSubject {
  readonly #path: string;
  readonly #host: RunnerHost;
  readonly #standing: Standing;
  readonly #schedule: RunSchedule;
  #wish: Wish;
  /** The last wish that was carried out, or accepted for later. */
  #accepted: Wish | undefined;
  #seen = notLookedYet;
  #held = false;
  /** Whether something that we made, or may have made, stands there without having been accepted. */
  #mayHaveLeft = false;
  #run: Run | undefined;
  #watch: BackendWatch | undefined;
  /** How often something was learnt of the node; and whether the watch has told anything in this connection. */
  #deliveries = 0;
  #isTold = false;

  constructor(path: string, wish: Wish, host: RunnerHost) {
    this.#path = path;
    this.#wish = wish;
    this.#host = host;
    this.#standing = new Standing(path, host);
    this.#schedule = new RunSchedule(host, this);
  }

  get path(): string {
    return this.#path;
  }

  /** The wish in force: what is being carried out, or was. */
  get wish(): Wish {
    return this.#wish;
  }

  get seen(): Seen {
    return this.#seen;
  }

  get backend(): RegistryBackend | undefined {
    return this.#host.backend;
  }

  get sessions(): OwnSessions {
    return this.#host.sessions;
  }

  noConnection(): NoConnectionError {
    return this.#host.noConnection(this.#path);
  }

  /** Carries out the wish of `call`. */
  fulfil(call: Call): void {
    this.#take(call.wish);
    this.#schedule.cancel();
    this.#settle(call);
  }

  /** Remembers `wish` for when the connection comes. */
  defer(wish: Wish): void {
    this.#take(wish);
    this.#accepted = wish;
    this.#schedule.slowDown();
  }

  /** There is a connection, with that session: everything is looked at anew. */
  connected(session: 'new' | 'same'): void {
    this.#schedule.reset();
    // It had been taken for lost, and was handed back with our node.
    if (this.#watch === undefined && session === 'same' && this.#held) this.renew();
    // A running watch delivers by itself after each connect, and that starts the run.
    if (this.#watch !== undefined) return;
    this.#schedule.slowDown();
    this.pursue();
  }

  /** The connection broke: what is known may change unseen. */
  suspended(): void {
    this.#schedule.cancel();
    this.#seen = { at: 'unknown' };
    this.#isTold = false;
  }

  /** Our session is over, and our node with it. In the next one it is made without a look first, and then watched. */
  lost(reason: 'lost' | 'stopped'): void {
    this.detach();
    this.#schedule.slowDown();
    this.#standing.end(reason);
  }

  /** The backend goes away. The wish stays. */
  detach(): void {
    this.suspended();
    this.#watch?.dispose();
    this.#watch = undefined;
  }

  node(raw: RawNode): void {
    this.#isTold = true;
    this.#notice(seenFrom(raw, this.#host.sessions));
    this.pursue();
  }

  fault(error: ServiceRegistryError): void {
    this.#host.fault(error);
  }

  /** What was told of the node, for whoever compares it with the truth; undefined while there is nothing to compare. */
  get tidings(): Tidings | undefined {
    if (this.#watch === undefined || this.#run !== undefined || this.#host.backend === undefined) return undefined;
    return { deliveries: this.#deliveries, seen: this.#isTold ? this.#seen : 'untold' };
  }

  /** How far the registration is since the connection came; undefined where none is wanted. */
  get restoration(): keyof RestoreProgress | undefined {
    if (!isRegistration(this.#wish)) return undefined;
    const { do: next } = decide(this.#wish, this.#seen, this.#held);
    if (next === 'nothing') return 'restored';
    return next === 'wait' || this.#schedule.hasFailed ? 'failed' : 'pending';
  }

  /** What is there now, whatever was told. */
  async look(): Promise<Seen> {
    const { backend, sessions } = this.#host;
    if (backend === undefined) throw this.noConnection();
    return seenFrom(await backend.read(this.#path, { children: 'none' }), sessions);
  }

  /** Begins the watch again; what it then tells starts a run. */
  renew(): void {
    this.#watch?.dispose();
    this.#watch = this.#host.backend?.watch(this.#path, { children: 'none' }, this);
  }

  #take(wish: Wish): void {
    if (!isRegistration(this.#wish)) this.#held = false;
    this.#want(wish);
  }

  #want(wish: Wish): void {
    this.#wish = wish;
    this.#host.keepAlive.set(this, isRegistration(wish));
  }

  /** The caller was told that it failed: back to what stood before, or make sure that nothing of ours is left. */
  #fallBack(): void {
    this.#want(this.#accepted ?? { state: 'absent', reach: 'own' });
    if (this.#accepted !== undefined || this.#mayHaveLeft || this.#standing.registered) this.pursue();
    else this.#host.done(this.#path, this);
  }

  /** Carries out the wish in the background, now. Failures become `fault` events, and it is tried again. */
  run(): void {
    this.#settle('background');
  }

  /** As `run`, when it is due and its turn has come. */
  pursue(): void {
    if (this.#host.backend === undefined) return;
    if (this.#run !== undefined) {
      this.#run.askedAgain = true;
      return;
    }
    const costs = this.#needsRequest;
    const pauseMs = costs ? this.#host.pauseMs(this.#path, payloadOf(this.#path, this.#wish)) : 0;
    if (pauseMs > 0) this.#schedule.after(pauseMs);
    else this.#schedule.due(costs);
  }

  /** Whether what is to be done next costs the servers anything. */
  get #needsRequest(): boolean {
    const action = decide(this.#wish, this.#seen, this.#held);
    return action.do !== 'nothing' && action.do !== 'wait';
  }

  #retryLater(error: ServiceRegistryError, askedAgain: boolean): void {
    if (error instanceof RequestRefusedError) {
      // The connection has closed on it: the pause begins now, or with the next connection.
      this.#host.fault(error);
      this.pursue();
      return;
    }
    // Without a connection there is nothing to say and nothing to try; the next one starts a run.
    if (this.#host.backend === undefined) return;
    const isDisconnected = error instanceof NoConnectionError || error instanceof StoppedError;
    if (isDisconnected && askedAgain) {
      // The next one came before this run knew that the last was gone.
      this.pursue();
      return;
    }
    if (!isDisconnected) this.#host.fault(error);
    // Told of once: what was refused must not be carried out on what somebody puts there later.
    if (isRefusal(error) && !isRegistration(this.#wish)) this.#finish();
    else this.#schedule.retry();
  }

  /** Has `waiter` wait for the run that is under way, or for a new one. */
  #settle(waiter: Waiter): void {
    if (this.#run !== undefined) {
      this.#run.join(waiter);
    } else {
      this.#run = new Run(this, waiter);
      this.#host.soon(this.#run);
    }
  }

  runBegins(): void {
    this.#schedule.cancel();
  }

  runEnded(end: RunEnd): Error | undefined {
    const run = this.#run;
    this.#run = undefined;
    return run === undefined ? undefined : this.#host.ended(run, end);
  }

  runFailed(waiter: Waiter, error: unknown, askedAgain: boolean): void {
    if (waiter === 'background') {
      this.#retryLater(toRegistryError(error, { path: this.#path }), askedAgain);
      return;
    }
    if (this.#wish === waiter.wish) this.#fallBack();
    // A wish that was put off meanwhile, and for which nobody waits.
    else if (this.#wish === this.#accepted) this.pursue();
    waiter.failed(error);
  }

  /** Nothing is refused on what a watch told: its account of the children may be old. */
  decide(looked: boolean): Action {
    const action = decide(this.#wish, this.#seen, this.#held);
    return action.do === 'refuse' && !looked ? { do: 'look' } : action;
  }

  conclude(action: Action): boolean | undefined {
    switch (action.do) {
      case 'nothing':
        this.#accept();
        return true;
      case 'wait':
        this.#accept();
        this.#standing.yieldTo(action.owner);
        return false;
      case 'refuse':
        throw refusalError(this.#path, action.why);
      case 'look':
        return undefined;
      default:
        return this.#pauseCorrection();
    }
  }

  #accept(): void {
    this.#accepted = this.#wish;
    this.#schedule.settled();
    this.#mayHaveLeft = false;
    if (isRegistration(this.#wish)) {
      this.#held = true;
      this.#watch ??= this.#host.backend?.watch(this.#path, { children: 'none' }, this);
    } else {
      this.#finish();
    }
  }

  /** There is nothing to look after any more. */
  #finish(): void {
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#standing.end('unset');
    this.#host.done(this.#path, this);
  }

  /** True, and a run for later, when a node that stood is not to be put right yet. */
  #pauseCorrection(): true | undefined {
    if (this.#wish !== this.#accepted) return undefined;
    const pauseMs = this.#standing.pauseMs(this.#host.clock.now());
    if (pauseMs === 0) return undefined;
    this.#schedule.after(pauseMs);
    return true;
  }

  forgetSeen(): Seen {
    this.#seen = { at: 'unknown' };
    return this.#seen;
  }

  mayHaveLeft(): void {
    this.#mayHaveLeft = true;
  }

  /** Where a watch runs it may have told already since `before`, and may know more. */
  noticeAfter(before: Seen, after: Seen): boolean {
    const isNews = this.#seen === before;
    if (isNews) this.#notice(after);
    return isNews;
  }

  #notice(seen: Seen): void {
    const stood = this.#standing.registered && this.#wish === this.#accepted;
    this.#seen = seen;
    this.#deliveries += 1;
    if (this.#wish.state === 'present' && this.#wish.kind === 'persistent') return;
    // What is found only to be removed is no registration that anybody should hear of.
    if (this.#wish.state === 'absent' && seen.at === 'present' && seen.owner === 'us') return;
    this.#standing.update(seen, this.#reasonFor(seen));
    if (stood && decide(this.#wish, seen, this.#held).do !== 'nothing') this.#standing.disturb(this.#host.clock.now());
  }

  #reasonFor(seen: Seen): 'unset' | 'removed' | 'taken' {
    if (this.#wish.state === 'absent') return 'unset';
    return seen.at === 'present' ? 'taken' : 'removed';
  }
}

function isRegistration(wish: Wish): boolean {
  return wish.state === 'present' && wish.kind === 'ephemeral';
}
