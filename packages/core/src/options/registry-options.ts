import { InvalidArgumentError } from '../errors/argument-errors.js';
import { defaultLogger, guardLogger, type Logger } from '../log/logger.js';
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

/** Options of every registry, regardless of its backend. */
export interface RegistryOptions {
  /**
   * The session timeout to request, and how long `start()` waits for a connection, ms. A process that crashes stays
   * listed for this long. The servers may grant another session timeout. From 100 to 2^31 - 1.
   * @default 5000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long the servers may take to answer a request before it fails with `ERR_NDSR_TIMEOUT`, ms. Time that a call
   * spends queued behind other calls of this registry does not count as long as those are answered, up to ten times
   * this value; neither does time in which the event loop is blocked. If nothing is answered for this long, everything
   * queued fails.
   * @default twice `timeoutMs`
   */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Decides how `start()`, and the first call, end if no server is reached in time. False: it rejects, and nothing
   * stays open. True: it resolves to false, and the registry keeps trying.
   * @default false
   */
  readonly lazy?: boolean | undefined;
  /**
   * How writes, and `get` of a path that was never read, behave while there is no connection. `throw` rejects
   * with `ERR_NDSR_NO_CONNECTION`; `defer` resolves (to false, or to an empty snapshot) and catches up once connected.
   * @default 'throw'
   */
  readonly offline?: 'throw' | 'defer' | undefined;
  /**
   * Rejects every write with `ERR_NDSR_READ_ONLY`.
   * @default false
   */
  readonly readOnly?: boolean | undefined;
  /**
   * True keeps the process alive for this registry alone, from `start()` to `stop()`. If omitted, the process is kept
   * alive while something is registered, a lock is held or waited for, or a `watch` loop waits for its next snapshot;
   * with `false` none of these keeps it alive. A call that waits for an answer, or for some time, always does. A
   * backend that cannot release the process refuses `false` at `start()` (`ERR_NDSR_UNSUPPORTED`).
   * @default while there is something to keep it alive for
   */
  readonly keepAlive?: boolean | undefined;
  /**
   * The most registrations that this registry re-creates in any second after a lost session. It limits the load that
   * one process puts on the servers; `restoreJitterMs` limits that of many at once. More than 0; `Infinity` for no limit.
   * @default 1000
   */
  readonly restorePerSecond?: number | undefined;
  /**
   * After a lost session, the first registration is re-created after a random delay of up to this long, ms. Processes
   * that lost their sessions together then do not all re-register at the same moment.
   * @default 1000; in memory 0
   */
  readonly restoreJitterMs?: number | undefined;
  /**
   * How often every watched path and every registration is read again, ms, give or take a random part, even if no
   * change was reported. A change that a watch missed is repaired and reported as a `fault` event. 0 for never.
   * @default 300_000; in memory 0
   */
  readonly safetyRereadMs?: number | undefined;
  /**
   * Ignores a suspiciously empty list. If a path with two or more children becomes empty in one step within `holdMs` of
   * connecting, the old snapshot is shown for at most `holdMs` longer (`freshness().held`, and a `held` event).
   * Services that re-register after an outage are then not mistaken for gone.
   * @default off
   */
  readonly guardEmpty?: { readonly holdMs: number } | undefined;
  /**
   * A file that remembers the data last read, for a process that starts while no server can be reached. Several
   * processes may share one. See docs/cache-file.md.
   * @default none
   */
  readonly cacheFile?: string | undefined;
  /**
   * At most `calls` requests at once, refilled by as many in every `perMs`; further ones wait their turn. A
   * registration takes one token, `setData` and `unset` take two (they read first); watches and answers from memory
   * take none.
   * @default no limit
   */
  readonly rateLimit?: RateLimit | undefined;
  /**
   * The username to authenticate with, on backends that support it (ZooKeeper's digest scheme). Set both username and
   * password, or neither. The password is never shown again: not in a log line, an error, an event or `inspect`.
   * @default no authentication
   */
  readonly username?: string | undefined;
  /** See `username`. */
  readonly password?: string | undefined;
  /**
   * The ACL of nodes that this registry creates, and of missing parents directly above them, on backends that support
   * ACLs. Existing nodes keep theirs.
   * @default all permissions for the credentials and read for everyone; without credentials, all permissions for
   * everyone
   */
  readonly acl?: readonly AclEntry[] | undefined;
  /**
   * Where log lines are written.
   * @default the console, from WARN up
   */
  readonly logger?: Logger | undefined;
  /**
   * The time source. For tests.
   * @default the system's
   */
  readonly clock?: Clock | undefined;
  /**
   * Returns a number from 0 up to 1, like `Math.random`. Used to jitter pauses. For tests.
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
  /** Undefined: keeps the process alive while there is something to keep it alive for. */
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

/** Smaller values are seconds by mistake: no session lasts that short, and no network answers reliably within it. */
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
 * @param label the class that accepts the options, for the message
 * @param backendOptionNames further options, which the backend checks itself
 * @throws {InvalidArgumentError} for an unknown option, naming the nearest known one, or for a value that is not
 * accepted
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
