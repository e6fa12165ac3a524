import { type ErrorCode, type ServiceRegistry, ServiceRegistryError, type SnapshotDetail } from '@ndsr/core';
import type { Oracle } from '../../oracle/oracle.js';
import { EventLog } from './event-log.js';
import type { Outcome } from './outcome.js';
import { SnapshotLog } from './snapshot-log.js';

/** The registry under test of one operation, with its own subtree, and everything it has emitted. */
export class Subject {
  readonly registry: ServiceRegistry;
  readonly events: EventLog;
  readonly #root: string;
  readonly #mayReject: ReadonlySet<ErrorCode>;
  readonly #logs: SnapshotLog[] = [];
  readonly #loops: Promise<void>[] = [];
  #before: Oracle | undefined;

  /** @param mayReject error codes that its calls may reject with */
  constructor(registry: ServiceRegistry, root: string, mayReject: ReadonlySet<ErrorCode>) {
    this.registry = registry;
    this.events = new EventLog(registry);
    this.#root = root;
    this.#mayReject = mayReject;
  }

  /** The path of `name` in the subtree. */
  at(name: string): string {
    return `${this.#root}/${name}`;
  }

  /** Adds a callback. Its snapshots are checked in the end. */
  follow(name: string, detail: SnapshotDetail = 'data'): SnapshotLog {
    const log = this.log(name, detail);
    this.registry.addCallback(log.path, log.callback, { children: detail });
    return log;
  }

  /** A log for snapshots from another source than `follow`. */
  log(name: string, detail: SnapshotDetail = 'data'): SnapshotLog {
    const log = new SnapshotLog(this.at(name), detail);
    this.#logs.push(log);
    return log;
  }

  /** Unwatches the path: from now on none of its callbacks may be called. */
  unwatch(name: string): void {
    this.registry.unwatch(this.at(name));
    for (const log of this.#logs) if (log.path === this.at(name)) log.close();
  }

  /** Tracks a loop that must end when the registry stops. */
  trackLoop(loop: Promise<void>): void {
    this.#loops.push(loop);
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await Promise.all(this.#loops);
  }

  /** Records the state before the fault. */
  recordOracle(oracle: Oracle): void {
    this.#before = oracle;
  }

  /** The number of calls of callbacks. */
  get callbackCalls(): number {
    return this.#logs.reduce((sum, { snapshots }) => sum + snapshots.length, 0);
  }

  /** Callbacks with a last snapshot that differs from the final state. */
  logViolations(oracle: Oracle): string[] {
    return this.#logs.flatMap((log) => log.violations(oracle));
  }

  /** A violation when the call must not end with `outcome`. */
  outcomeViolations(outcome: Outcome): string[] {
    if (outcome.kind === 'resolved') return [];
    const { error } = outcome;
    if (error instanceof ServiceRegistryError && this.#mayReject.has(error.code)) return [];
    return [`the call may not reject with ${error instanceof Error ? error.stack : String(error)}`];
  }

  /** Violations unless the current session has a registration with `data`, or without `data` with the bytes from before the fault. */
  expectRegistered(name: string, oracle: Oracle, data?: object): string[] {
    const path = this.at(name);
    const node = oracle.at(path);
    if (node === undefined) return [`${path} should be registered, and is not there`];
    const { session, registered } = this.events;
    const owner = node.stat.ephemeralOwner;
    return [
      ...(owner === session ? [] : [`${path} belongs to session ${owner}, expected session ${session}`]),
      ...(registered.has(path) ? [] : [`${path} exists, but no 'registered' event was emitted`]),
      ...this.expectData(name, oracle, data),
    ];
  }

  /** Violations unless the node holds `data`, or without `data` the bytes from before the fault. */
  expectData(name: string, oracle: Oracle, data?: object): string[] {
    const path = this.at(name);
    const bytes = oracle.at(path)?.text;
    const before = this.#before?.at(path)?.text;
    if (!bytes) return [`${path} should hold data, and holds none`];
    if (data === undefined) return bytes === before ? [] : [`${path} holds ${bytes}, and held ${before}`];
    const { pid, created, ...said } = JSON.parse(bytes);
    if (JSON.stringify(said) === JSON.stringify(data) && pid === process.pid && typeof created === 'string') return [];
    return [`${path} holds ${bytes}, and should hold ${JSON.stringify(data)} with pid and created`];
  }

  expectAbsent(name: string, oracle: Oracle): string[] {
    return oracle.at(this.at(name)) === undefined ? [] : [`${this.at(name)} should not be there`];
  }
}
