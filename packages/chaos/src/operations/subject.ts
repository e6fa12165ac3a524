import { type ErrorCode, type ServiceRegistry, ServiceRegistryError, type SnapshotDetail } from '@ndsr/core';
import type { Truth } from '../truth/truth.js';
import { EventLog } from './event-log.js';
import type { Outcome } from './outcome.js';
import { SnapshotLog } from './snapshot-log.js';

/** A registry that an operation is tried on, with a subtree of its own, and all that it has told. */
export class Subject {
  readonly registry: ServiceRegistry;
  readonly events: EventLog;
  readonly #root: string;
  readonly #mayReject: ReadonlySet<ErrorCode>;
  readonly #logs: SnapshotLog[] = [];
  readonly #loops: Promise<void>[] = [];
  #before: Truth | undefined;

  /** @param mayReject what its calls may reject with */
  constructor(registry: ServiceRegistry, root: string, mayReject: ReadonlySet<ErrorCode>) {
    this.registry = registry;
    this.events = new EventLog(registry);
    this.#root = root;
    this.#mayReject = mayReject;
  }

  /** The path of that name in the subtree. */
  at(name: string): string {
    return `${this.#root}/${name}`;
  }

  /** Calls back from now on; what it is called with is looked at in the end. */
  follow(name: string, detail: SnapshotDetail = 'data'): SnapshotLog {
    const log = this.log(name, detail);
    this.registry.addCallback(log.path, log.callback, { children: detail });
    return log;
  }

  /** For something else that is given snapshots. */
  log(name: string, detail: SnapshotDetail = 'data'): SnapshotLog {
    const log = new SnapshotLog(this.at(name), detail);
    this.#logs.push(log);
    return log;
  }

  /** Lets go of the path: none of its callbacks may be called any more. */
  letGoOf(name: string): void {
    this.registry.unwatch(this.at(name));
    for (const log of this.#logs) if (log.path === this.at(name)) log.close();
  }

  /** A loop that must come to its end when the registry is stopped. */
  mustEnd(loop: Promise<void>): void {
    this.#loops.push(loop);
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await Promise.all(this.#loops);
  }

  /** How things stand before the fault. */
  remember(truth: Truth): void {
    this.#before = truth;
  }

  /** How often callbacks were called. */
  get calls(): number {
    return this.#logs.reduce((sum, { snapshots }) => sum + snapshots.length, 0);
  }

  /** Where what callbacks were called with last is not what is there. */
  complaintsOfLogs(truth: Truth): string[] {
    return this.#logs.flatMap((log) => log.complaints(truth));
  }

  /** Whether a call may end so. */
  mayEndWith(outcome: Outcome): string[] {
    if (outcome.kind === 'resolved') return [];
    const { error } = outcome;
    if (error instanceof ServiceRegistryError && this.#mayReject.has(error.code)) return [];
    return [`the call may not reject with ${error instanceof Error ? error.stack : String(error)}`];
  }

  /** Unless there is a registration of the present session, with `data` or else with the bytes from before the fault. */
  standsAt(name: string, truth: Truth, data?: object): string[] {
    const path = this.at(name);
    const node = truth.at(path);
    if (node === undefined) return [`${path} should be registered, and is not there`];
    const { session, registered } = this.events;
    const owner = node.stat.ephemeralOwner;
    return [
      ...(owner === session ? [] : [`${path} belongs to session ${owner}, and ours is ${session}`]),
      ...(registered.has(path) ? [] : [`${path} stands, and no 'registered' event told of it`]),
      ...this.holds(name, truth, data),
    ];
  }

  /** Unless the node holds `data`, or where none are given the bytes from before the fault. */
  holds(name: string, truth: Truth, data?: object): string[] {
    const path = this.at(name);
    const bytes = truth.at(path)?.data?.toString();
    const before = this.#before?.at(path)?.data?.toString();
    if (bytes === undefined) return [`${path} should hold data, and holds none`];
    if (data === undefined) return bytes === before ? [] : [`${path} holds ${bytes}, and held ${before}`];
    const { pid, created, ...said } = JSON.parse(bytes);
    if (JSON.stringify(said) === JSON.stringify(data) && pid === process.pid && typeof created === 'string') return [];
    return [`${path} holds ${bytes}, and should hold ${JSON.stringify(data)} with pid and created`];
  }

  isAbsent(name: string, truth: Truth): string[] {
    return truth.at(this.at(name)) === undefined ? [] : [`${this.at(name)} should not be there`];
  }
}
