import assert from 'node:assert/strict';
import type { ChildDetail, CreateOptions, NodeKind, NodeStat, RawNode, RegistryBackend } from '@ndsr/core/backend';
import type { Journal } from '../scaffold/index.js';
import { PortGuard, waitFor, withTimeout } from '../scaffold/index.js';
import { ConnectionRecorder } from './connection-recorder.js';
import { inconsistency } from './node-rules.js';
import { WatchRecorder } from './watch-recorder.js';

/**
 * A backend in a case: each call has a deadline, and each answer and each observer call is checked against the duties.
 */
export class ObservedBackend {
  readonly port: RegistryBackend;
  readonly connection: ConnectionRecorder;
  readonly #journal: Journal;
  readonly #patienceMs: number;
  readonly #guard: PortGuard;
  readonly #watches: WatchRecorder[] = [];

  constructor(port: RegistryBackend, journal: Journal, patienceMs: number) {
    this.port = port;
    this.#journal = journal;
    this.#patienceMs = patienceMs;
    this.#guard = new PortGuard(journal);
    this.connection = new ConnectionRecorder(journal, this.#guard);
  }

  connect(): void {
    this.#guard.call('connect', () => this.port.connect(this.connection.observer));
  }

  /** Waits until the backend has been connected `times` times, and is connected. */
  async connected(times = 1): Promise<void> {
    const holds = (): boolean => this.connection.connected && this.connection.connections >= times;
    await this.#eventually(`'connected' number ${times}`, holds);
  }

  /** Waits until the backend has noticed the loss of its connection. */
  async disconnected(): Promise<void> {
    await this.#eventually("'suspended' or 'lost'", () => !this.connection.connected);
  }

  async read(path: string, children: ChildDetail = 'data'): Promise<RawNode> {
    const node = await this.call(`read of ${path}`, (port) => port.read(path, { children }));
    const wrong = inconsistency(node, path, children);
    if (wrong !== undefined) this.#journal.violation(`read of ${path}: ${wrong}`);
    return node;
  }

  /** Returns the stat of a node that must exist. */
  async stat(path: string): Promise<NodeStat> {
    const { stat } = await this.read(path, 'names');
    assert.ok(stat !== null, `${path} does not exist`);
    return stat;
  }

  async create(path: string, data: Uint8Array, kind: NodeKind = 'persistent'): Promise<void> {
    await this.#create(path, { kind, data, replacing: null });
  }

  async replace(path: string, data: Uint8Array, replacing: number, kind: NodeKind = 'ephemeral'): Promise<void> {
    await this.#create(path, { kind, data, replacing });
  }

  async createSequential(path: string, data: Uint8Array): Promise<string> {
    return await this.call(`create of ${path}…`, (port) => port.createSequential(path, data));
  }

  async write(path: string, data: Uint8Array, version: number): Promise<void> {
    await this.call(`write of ${path}`, (port) => port.write(path, data, version));
  }

  async remove(path: string, version: number): Promise<void> {
    await this.call(`remove of ${path}`, (port) => port.remove(path, version));
  }

  /** Makes a call of the port with a deadline. `run` can inspect the state at the moment when the call settles. */
  async call<T>(what: string, run: (port: RegistryBackend) => Promise<T>, timeoutMs = this.#patienceMs): Promise<T> {
    return await withTimeout(
      what,
      this.#guard.call(what, () => run(this.port)),
      timeoutMs,
    );
  }

  watch(path: string, children: ChildDetail = 'data', onDelivery?: (node: RawNode) => void): WatchRecorder {
    const isConnected = (): boolean => this.connection.connected;
    const rules = { journal: this.#journal, guard: this.#guard, patienceMs: this.#patienceMs, isConnected };
    const recorder = new WatchRecorder(path, children, rules);
    if (onDelivery !== undefined) recorder.onDelivery(onDelivery);
    this.#watches.push(recorder);
    recorder.attach(this.#guard.call(`watch of ${path}`, () => this.port.watch(path, { children }, recorder)));
    return recorder;
  }

  /** Returns a watch that has made its first delivery. */
  async watching(path: string, children: ChildDetail = 'data'): Promise<WatchRecorder> {
    const recorder = this.watch(path, children);
    await recorder.until('for the first time', () => true);
    return recorder;
  }

  async close(): Promise<void> {
    await this.call('close', (port) => port.close());
    this.#guard.closed();
    for (const watch of this.#watches) watch.checkUnchanged();
  }

  async #create(path: string, options: CreateOptions): Promise<void> {
    await this.call(`create of ${path}`, (port) => port.create(path, options));
  }

  async #eventually(what: string, predicate: () => boolean): Promise<void> {
    const state = (): string => `[${this.connection.types.join(', ')}]`;
    await waitFor(what, predicate, { timeoutMs: this.#patienceMs, state });
  }
}
