import assert from 'node:assert/strict';
import type { Logger, NodeSnapshot, RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { ObservedBackend } from '../backend-suite/observed-backend.js';
import { Scene, type SceneOptions } from '../scaffold/index.js';
import { EventLog } from './event-log.js';
import type { RefusedWrites, RegistryFixture } from './registry-fixture.js';
import { SnapshotLog } from './snapshot-log.js';

export interface RegistrySceneOptions extends SceneOptions {
  readonly open: () => Promise<RegistryFixture>;
  readonly faults: boolean;
  readonly seed: number;
}

function nothing(): void {
  // Cases provoke warnings on purpose.
}

const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The environment of a case: one isolated store, registries, other clients, and faults. */
export class RegistryScene extends Scene<RegistryFixture, RegistrySceneOptions> {
  readonly #registries: ServiceRegistry[] = [];
  readonly #otherClients: ObservedBackend[] = [];

  protected override closers(): readonly (() => Promise<void>)[] {
    return [() => this.#stopRegistries(), () => this.#closeOtherClients()];
  }

  async refuseByClosing(writes: RefusedWrites): Promise<void> {
    const { faults } = this;
    assert.ok(
      faults.refuseByClosing !== undefined,
      'the suite was given `refuseByClosing: true`, but the fixture cannot',
    );
    await faults.refuseByClosing(writes);
  }

  /** Returns a registry that has not been started. */
  registry(options: RegistryOptions = {}): ServiceRegistry {
    const registry = this.fixture.registry({ logger: silent, ...options });
    this.#registries.push(registry);
    return registry;
  }

  /** Returns a connected registry. */
  async started(options: RegistryOptions = {}): Promise<ServiceRegistry> {
    const registry = this.registry(options);
    assert.equal(await this.within('start', registry.start()), true);
    return registry;
  }

  /** Returns two connected registries on the same store. */
  async pair(options: RegistryOptions = {}): Promise<[ServiceRegistry, ServiceRegistry]> {
    return [await this.started(options), await this.started(options)];
  }

  /** Returns another client: a connected, bare backend. */
  async otherClient(): Promise<ObservedBackend> {
    const client = new ObservedBackend(this.fixture.stranger(), this.journal, this.options.patienceMs);
    this.#otherClients.push(client);
    client.connect();
    await client.connected();
    return client;
  }

  events(registry: ServiceRegistry): EventLog {
    return new EventLog(registry, this.options.patienceMs);
  }

  snapshots(): SnapshotLog {
    return new SnapshotLog(this.journal, this.options.patienceMs);
  }

  /** Returns a log whose callback has been called for the first time. */
  async watching(registry: ServiceRegistry, path: string, children: 'data' | 'names' = 'data'): Promise<SnapshotLog> {
    const log = this.snapshots();
    registry.addCallback(path, log.callback, { children });
    await log.until(`the first value of ${path}`, () => true);
    return log;
  }

  /** Returns the snapshot that a new registry reads. */
  async seenByOthers(path: string): Promise<NodeSnapshot> {
    const other = await this.started();
    const snapshot = await this.within(`get ${path}`, other.get(path));
    await other.stop();
    return snapshot;
  }

  /** Takes the servers down and waits until `registries` have noticed. */
  async goDown(...registries: ServiceRegistry[]): Promise<void> {
    await this.faults.goDown();
    for (const registry of registries) {
      await this.eventually('the registry notices that it is cut off', () => registry.phase !== 'connected');
    }
  }

  /** Brings the servers back and waits until `registries` are connected. */
  async comeBack(...registries: ServiceRegistry[]): Promise<void> {
    await this.faults.comeBack();
    for (const registry of registries) await this.reconnected(registry);
  }

  async reconnected(registry: ServiceRegistry): Promise<void> {
    await this.eventually('the registry is connected', () => registry.phase === 'connected');
  }

  /** Expires the session of `registry` and waits until it has another. */
  async expire(registry: ServiceRegistry): Promise<void> {
    const log = this.events(registry);
    await this.faults.expire(registry);
    await log.until('another session', ({ phases }) => phases.at(-1) === 'connected');
  }

  async #stopRegistries(): Promise<void> {
    for (const registry of this.#registries) await this.within('stop', registry.stop());
  }

  async #closeOtherClients(): Promise<void> {
    for (const client of this.#otherClients) await client.close();
  }
}
