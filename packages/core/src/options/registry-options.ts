import type { RateLimit } from '../backend/token-bucket.js';
import { guardLogger } from '../log/guard-logger.js';
import { defaultLogger, type Logger } from '../log/logger.js';
import { type Clock, systemClock } from '../time/clock.js';
import {
  anything,
  boolean,
  checkOptions,
  type Expectation,
  type OptionsShape,
  objectWith,
  oneOf,
  positiveMs,
  string,
} from './check-options.js';
import { type Credentials, credentialsFrom } from './credentials.js';

/** What every registry takes, whatever its backend. */
export interface RegistryOptions {
  /**
   * The session timeout to ask for, and how long `start()` waits for a connection, ms. A process that dies without a
   * word stays listed for that long. The servers may grant another session timeout.
   * @default 5000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long a single request may take before it is given up with `ERR_NDSR_TIMEOUT`, ms.
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
   * At most `calls` requests at once, and as many again in every `perMs`; more wait their turn.
   * @default no limit
   */
  readonly rateLimit?: RateLimit | undefined;
  /**
   * Who this registry is to the servers, where the backend knows of such a thing (ZooKeeper's digest scheme). Both or
   * neither. The password never comes back out: not in a log line, an error, an event or `inspect`.
   * @default nobody
   */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
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
}

/** The options with every default filled in. */
export interface RegistrySettings {
  readonly timeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly lazy: boolean;
  readonly offline: 'throw' | 'defer';
  readonly readOnly: boolean;
  readonly rateLimit: RateLimit | undefined;
  readonly credentials: Credentials | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

const rateLimit: Expectation = {
  expected: '{ calls, perMs }, both more than 0',
  accepts: (value) => isPositive(value, 'calls') && isPositive(value, 'perMs'),
};

function isPositive(value: unknown, key: string): boolean {
  const number = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof number === 'number' && Number.isFinite(number) && number > 0;
}

const shape: OptionsShape = {
  timeoutMs: positiveMs,
  requestTimeoutMs: positiveMs,
  lazy: boolean,
  offline: oneOf('throw', 'defer'),
  readOnly: boolean,
  rateLimit,
  username: string,
  password: string,
  logger: objectWith('debug', 'info', 'warn', 'error'),
  clock: objectWith('now', 'date', 'timer', 'backgroundTimer'),
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
  checkOptions(`new ${label}`, options, { ...shape, ...backendShape });
  const timeoutMs = options.timeoutMs ?? 5_000;
  return {
    timeoutMs,
    requestTimeoutMs: options.requestTimeoutMs ?? 2 * timeoutMs,
    lazy: options.lazy ?? false,
    offline: options.offline ?? 'throw',
    readOnly: options.readOnly ?? false,
    rateLimit: options.rateLimit,
    credentials: credentialsFrom(options.username, options.password),
    logger: options.logger === undefined ? defaultLogger : guardLogger(options.logger),
    clock: options.clock ?? systemClock,
  };
}
