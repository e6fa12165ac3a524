import { InvalidArgumentError } from '../errors/argument-errors.js';
import { guardLogger } from '../log/guard-logger.js';
import { defaultLogger, type Logger } from '../log/logger.js';
import { type Clock, systemClock } from '../time/clock.js';
import { type AclEntry, aclFrom } from './acl.js';
import {
  aFunction,
  anything,
  boolean,
  checkOptions,
  type Expectation,
  finiteMs,
  type OptionsShape,
  objectWith,
  oneOf,
  positiveMs,
  secret,
  string,
} from './check-options.js';
import { type Credentials, credentialsFrom } from './credentials.js';
import type { RateLimit } from './rate-limit.js';

/** What every registry takes, whatever its backend. */
export interface RegistryOptions {
  /**
   * The session timeout to ask for, and how long `start()` waits for a connection, ms. A process that dies without a
   * word stays listed for that long. The servers may grant another session timeout. From 100 to 2^31 - 1.
   * @default 5000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long the servers may take to answer a request before it is given up with `ERR_NDSR_TIMEOUT`, ms. Time in which a call
   * is queued behind others of this registry does not count, as long as they are answered, up to ten times that long; neither
   * does time in which the event loop stands still. When nothing is answered for that long, everything queued ends.
   * @default twice `timeoutMs`
   */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * What becomes of `start()`, and of the first call, when no server is reached in time: false, it rejects and nothing
   * stays open; true, it resolves false and the registry goes on trying.
   * @default false
   */
  readonly lazy?: boolean | undefined;
  /**
   * What becomes of writes, and of `get` of a path never seen, while there is no connection: `throw` rejects with
   * `ERR_NDSR_NO_CONNECTION`; `defer` resolves (false, or an empty snapshot) and catches up when the connection comes.
   * @default 'throw'
   */
  readonly offline?: 'throw' | 'defer' | undefined;
  /**
   * Refuses every write with `ERR_NDSR_READ_ONLY`.
   * @default false
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Whether the process stays alive for this registry alone, from `start()` to `stop()`. Left out: while something is
   * registered, a lock is held or waited for, or a `watch` loop waits for its next snapshot; with `false` none of these does. A
   * call that waits for an answer, or for some time, always keeps it alive. `false` is refused at `start()` (`ERR_NDSR_UNSUPPORTED`) by a backend that cannot let go of the
   * process.
   * @default while there is something to keep it alive for
   */
  readonly keepAlive?: boolean | undefined;
  /**
   * After a lost session at most so many registrations are made again in any second by this registry: it bounds what one
   * process does to the servers, `restoreJitterMs` what many do at once. More than 0; `Infinity` for no bound.
   * @default 1000
   */
  readonly restorePerSecond?: number | undefined;
  /**
   * After a lost session the first registration is made again after a random time of up to that long, ms, so that a fleet
   * that lost its sessions together does not come back in one moment.
   * @default 1000; in memory 0
   */
  readonly restoreJitterMs?: number | undefined;
  /**
   * Every watched path and every registration is read again after that long, ms, give or take a random part, though nothing
   * was told of a change: what a watch has missed is repaired and reported as a `fault` event. 0 for never.
   * @default 300_000; in memory 0
   */
  readonly safetyRereadMs?: number | undefined;
  /**
   * When a path that had two children or more goes empty in one step within `holdMs` of connecting, the old snapshot is
   * shown for at most `holdMs` more (`freshness().held`, and a `held` event): a fleet that registers again after an outage
   * is then not taken for gone.
   * @default off
   */
  readonly guardEmpty?: { readonly holdMs: number } | undefined;
  /**
   * A file that remembers what was seen, for a process that starts while no server can be reached. Several processes may
   * share one. See docs/cache-file.md.
   * @default none
   */
  readonly cacheFile?: string | undefined;
  /**
   * At most `calls` requests at once, and as many again in every `perMs`; more wait their turn. A registration takes one,
   * `setData` and `unset` two (they look first); watches, and what is answered from memory, take none.
   * @default no limit
   */
  readonly rateLimit?: RateLimit | undefined;
  /**
   * Who this registry is to the servers, where the backend knows of such a thing (ZooKeeper's digest scheme). Both or
   * neither. The password never comes back out: not in a log line, an error, an event or `inspect`.
   * @default nobody
   */
  readonly username?: string | undefined;
  /** See `username`. */
  readonly password?: string | undefined;
  /**
   * Who may do what with nodes that this registry makes, and with their direct parents where those are missing, where the
   * backend knows of ACLs. Nodes that are there keep theirs.
   * @default all rights to the credentials and reading for all; without credentials all rights for all
   */
  readonly acl?: readonly AclEntry[] | undefined;
  /**
   * Where log lines go.
   * @default the console, from WARN up
   */
  readonly logger?: Logger | undefined;
  /**
   * The time. For tests.
   * @default the system's
   */
  readonly clock?: Clock | undefined;
  /**
   * A number from 0 up to 1, as `Math.random`: what pauses are jittered with. For tests.
   * @default Math.random
   */
  readonly random?: (() => number) | undefined;
}

/** The options with every default filled in. */
export interface RegistrySettings {
  readonly timeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly lazy: boolean;
  readonly offline: 'throw' | 'defer';
  readonly readOnly: boolean;
  /** Undefined: while there is something to keep it alive for. */
  readonly keepAlive: boolean | undefined;
  readonly restorePerSecond: number;
  readonly restoreJitterMs: number;
  readonly safetyRereadMs: number;
  readonly guardEmpty: { readonly holdMs: number } | undefined;
  readonly cacheFile: string | undefined;
  readonly rateLimit: RateLimit | undefined;
  readonly credentials: Credentials | undefined;
  readonly acl: readonly AclEntry[] | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

const rateLimit: Expectation = {
  expected: '{ calls, perMs }, both more than 0',
  accepts: (value) => isPositive(value, 'calls') && isPositive(value, 'perMs'),
};

const perSecond: Expectation = {
  expected: 'a number more than 0, or Infinity',
  accepts: (value) => typeof value === 'number' && value > 0,
};

const guard: Expectation = {
  expected: '{ holdMs }, a number of milliseconds more than 0',
  accepts: (value) => isPositive(value, 'holdMs') && Object.keys(value as object).length === 1,
};

const fileName: Expectation = {
  expected: "a file's name",
  accepts: (value) => typeof value === 'string' && value !== '',
};

function isPositive(value: unknown, key: string): boolean {
  const number = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof number === 'number' && Number.isFinite(number) && number > 0;
}

/** Seconds by mistake: no session lasts that short, and no network answers reliably within it. */
const shortestTimeoutMs = 100;

/** ZooKeeper has it as a signed number of 32 bits. */
const longestTimeoutMs = 2 ** 31 - 1;

const timeout: Expectation = {
  ...positiveMs,
  expected: `milliseconds from ${shortestTimeoutMs} to ${longestTimeoutMs}`,
  accepts: (value) => Number.isFinite(value) && Number(value) >= shortestTimeoutMs && Number(value) <= longestTimeoutMs,
  hint: (value) =>
    positiveMs.accepts(value) && Number(value) < shortestTimeoutMs
      ? `If it was meant in seconds, write ${Number(value) * 1_000}`
      : undefined,
};

const shape: OptionsShape = {
  timeoutMs: timeout,
  requestTimeoutMs: timeout,
  lazy: boolean,
  offline: oneOf('throw', 'defer'),
  readOnly: boolean,
  keepAlive: boolean,
  restorePerSecond: perSecond,
  restoreJitterMs: finiteMs,
  safetyRereadMs: finiteMs,
  guardEmpty: guard,
  cacheFile: fileName,
  rateLimit,
  username: string,
  password: secret,
  acl: anything,
  logger: objectWith('debug', 'info', 'warn', 'error'),
  clock: objectWith('now', 'date', 'timer', 'backgroundTimer'),
  random: aFunction,
};

/**
 * @param label the class that takes the options, for the message
 * @param backendOptionNames further options, which the backend checks itself
 * @throws {InvalidArgumentError} for an unknown option, naming the nearest, or a value that does not fit
 */
export function settingsFrom(
  label: string,
  options: RegistryOptions,
  backendOptionNames: readonly string[],
): RegistrySettings {
  const backendShape = Object.fromEntries(backendOptionNames.map((name) => [name, anything]));
  if (options === undefined) {
    const own = backendOptionNames.map((name) => `'${name}'`).join(', ');
    throw new InvalidArgumentError(
      `new ${label}: expected an options object, got undefined; its own options are ${own}`,
    );
  }
  checkOptions(`new ${label}`, options, { ...shape, ...backendShape });
  const timeoutMs = options.timeoutMs ?? 5_000;
  const credentials = credentialsFrom(options.username, options.password);
  return {
    timeoutMs,
    requestTimeoutMs: options.requestTimeoutMs ?? 2 * timeoutMs,
    lazy: options.lazy ?? false,
    offline: options.offline ?? 'throw',
    readOnly: options.readOnly ?? false,
    keepAlive: options.keepAlive,
    restorePerSecond: options.restorePerSecond ?? 1_000,
    restoreJitterMs: options.restoreJitterMs ?? 1_000,
    safetyRereadMs: options.safetyRereadMs ?? 300_000,
    guardEmpty: options.guardEmpty,
    cacheFile: options.cacheFile,
    rateLimit: options.rateLimit,
    credentials,
    acl: aclFrom(options.acl, credentials !== undefined),
    logger: options.logger === undefined ? defaultLogger : guardLogger(options.logger),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}
