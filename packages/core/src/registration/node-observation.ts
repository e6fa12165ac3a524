import type { RawNode } from '../backend/raw-node.js';
import type { BackendWatch, WatchObserver } from '../backend/registry-backend.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { notYetRead, type ObservedNode, observedFrom } from './observed-node.js';
import type { ReconcilerHost } from './reconciler-host.js';

export interface ObservationListener {
  /** Called after each observation, with the node. */
  onObserved(observed: ObservedNode): void;
  /** Called after each observation that the watch reported. */
  schedule(): void;
}

/** The observed state of a node, to compare it with the servers' state. */
export interface ObservedState {
  readonly deliveries: number;
  /** `unreported`: the watch has reported nothing on this connection. */
  readonly observed: ObservedNode | 'unreported';
}

/** The latest observation of one node, and the watch that keeps it up to date. */
export class NodeObservation implements WatchObserver {
  readonly #path: string;
  readonly #host: ReconcilerHost;
  readonly #listener: ObservationListener;
  #observed: ObservedNode = notYetRead;
  #watch: BackendWatch | undefined;
  /** The number of observations. */
  #deliveries = 0;
  /** On this connection. */
  #hasWatchReported = false;

  constructor(path: string, host: ReconcilerHost, listener: ObservationListener) {
    this.#path = path;
    this.#host = host;
    this.#listener = listener;
  }

  get observed(): ObservedNode {
    return this.#observed;
  }

  /** Undefined while there is nothing to compare. */
  get state(): ObservedState | undefined {
    if (this.#watch === undefined || this.#host.backend === undefined) return undefined;
    return { deliveries: this.#deliveries, observed: this.#hasWatchReported ? this.#observed : 'unreported' };
  }

  get isWatching(): boolean {
    return this.#watch !== undefined;
  }

  /** Returns false if it is running already. */
  startWatch(): boolean {
    if (this.#watch !== undefined) return false;
    this.restartWatch();
    return true;
  }

  /** The new watch reports the node first. */
  restartWatch(): void {
    this.#watch?.dispose();
    this.#watch = this.#host.backend?.watch(this.#path, { children: 'none' }, this);
  }

  stopWatch(): void {
    this.#watch?.dispose();
    this.#watch = undefined;
  }

  /** The connection broke: the node may change unnoticed. */
  suspended(): void {
    this.forget();
    this.#hasWatchReported = false;
  }

  /** Marks the node as unknown, and returns that observation. */
  forget(): ObservedNode {
    this.#observed = { state: 'unknown' };
    return this.#observed;
  }

  /** Takes over `after`, unless the watch has replaced `before` by a report that may be newer. Returns whether it did. */
  replace(before: ObservedNode, after: ObservedNode): boolean {
    const isCurrent = this.#observed === before;
    if (isCurrent) this.#observe(after);
    return isCurrent;
  }

  /** The node as the servers have it now, no matter what the watch reported. */
  async read(): Promise<ObservedNode> {
    const { backend, sessions, services } = this.#host;
    if (backend === undefined) throw services.connection.noConnection(this.#path);
    return observedFrom(await backend.read(this.#path, { children: 'none' }), sessions);
  }

  node(raw: RawNode): void {
    this.#hasWatchReported = true;
    this.#observe(observedFrom(raw, this.#host.sessions));
    this.#listener.schedule();
  }

  fault(error: ServiceRegistryError): void {
    this.#host.services.fault(error);
  }

  #observe(observed: ObservedNode): void {
    this.#observed = observed;
    this.#deliveries += 1;
    this.#listener.onObserved(observed);
  }
}
