import assert from 'node:assert/strict';
import type { Logger, NodeSnapshot, RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { ObservedBackend } from '../backend-suite/observed-backend.js';
import { eventually, pause, within } from '../support/deadline.js';
import { Journal } from '../support/journal.js';
import { playAndClose } from '../support/play-and-close.js';
import { EventLog } from './event-log.js';
import type { RefusedWrites, RegistryFaults, RegistryFixture } from './registry-fixture.js';
import { SnapshotLog } from './snapshot-log.js';

export interface RegistrySceneOptions {
  readonly open: () => Promise<RegistryFixture>;
  readonly faults: boolean;
  readonly patienceMs: number;
  readonly settleMs: number;
  readonly seed: number;
}

function nothing(): void {
  // Cases provoke warnings on purpose; nobody needs to read them.
}

const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What a case has to work with: one isolated store, registries, strangers, faults, and patience. */
export class RegistryScene {
  readonly fixture: RegistryFixture;
  readonly options: RegistrySceneOptions;
  readonly journal = new Journal();
  readonly #registries: ServiceRegistry[] = [];
  readonly #strangers: ObservedBackend[] = [];

  private constructor(fixture: RegistryFixture, options: RegistrySceneOptions) {
    this.fixture = fixture;
    this.options = options;
  }

  /** Opens a fixture, runs `play` on it, closes all that was opened, and says whether a promise was broken. */
  static async run(options: RegistrySceneOptions, play: (scene: RegistryScene) => Promise<void>): Promise<void> {
    const scene = new RegistryScene(await options.open(), options);
    const closers = [() => scene.#stopRegistries(), () => scene.#closeStrangers(), () => scene.#closeFixture()];
    const failure = await playAndClose(() => play(scene), closers);
    scene.journal.verdict(failure);
  }

  /** Faults on demand, for cases that need them. */
  get faults(): RegistryFaults {
    const { faults } = this.fixture;
    assert.ok(faults !== undefined, 'the suite was given `faults: true`, but the fixture has no `faults`');
    return faults;
  }

  async refuseByClosing(writes: RefusedWrites): Promise<void> {
    const { faults } = this;
    assert.ok(
      faults.refuseByClosing !== undefined,
      'the suite was given `refuseByClosing: true`, but the fixture cannot',
    );
    await faults.refuseByClosing(writes);
  }

  /** A registry that has not been started. */
  registry(options: RegistryOptions = {}): ServiceRegistry {
    const registry = this.fixture.registry({ logger: silent, ...options });
    this.#registries.push(registry);
    return registry;
  }

  /** A connected registry. */
  async started(options: RegistryOptions = {}): Promise<ServiceRegistry> {
    const registry = this.registry(options);
    assert.equal(await this.within('start', registry.start()), true);
    return registry;
  }

  /** Two connected registries on the same store. */
  async pair(options: RegistryOptions = {}): Promise<[ServiceRegistry, ServiceRegistry]> {
    return [await this.started(options), await this.started(options)];
  }

  /** A connected stranger: a bare backend. */
  async stranger(): Promise<ObservedBackend> {
    const stranger = new ObservedBackend(this.fixture.stranger(), this.journal, this.options.patienceMs);
    this.#strangers.push(stranger);
    stranger.connect();
    await stranger.connected();
    return stranger;
  }

  events(registry: ServiceRegistry): EventLog {
    return new EventLog(registry, this.options.patienceMs);
  }

  snapshots(): SnapshotLog {
    return new SnapshotLog(this.journal, this.options.patienceMs);
  }

  /** A callback's log that has been called for the first time. */
  async watching(registry: ServiceRegistry, path: string, children: 'data' | 'names' = 'data'): Promise<SnapshotLog> {
    const log = this.snapshots();
    registry.addCallback(path, log.callback, { children });
    await log.until(`the first value of ${path}`, () => true);
    return log;
  }

  /** What a registry that was not there before sees now. */
  async seenByOthers(path: string): Promise<NodeSnapshot> {
    const other = await this.started();
    const snapshot = await this.within(`get ${path}`, other.get(path));
    await other.stop();
    return snapshot;
  }

  /** Goes down and waits until `registries` have noticed. */
  async goDown(...registries: ServiceRegistry[]): Promise<void> {
    await this.faults.goDown();
    for (const registry of registries) {
      await this.eventually('the registry notices that it is cut off', () => registry.phase !== 'connected');
    }
  }

  /** Comes back and waits until `registries` are connected. */
  async comeBack(...registries: ServiceRegistry[]): Promise<void> {
    await this.faults.comeBack();
    for (const registry of registries) await this.reconnected(registry);
  }

  async reconnected(registry: ServiceRegistry): Promise<void> {
    await this.eventually('the registry is connected', () => registry.phase === 'connected');
  }

  /** Ends the session of `registry` and waits until it has another. */
  async expire(registry: ServiceRegistry): Promise<void> {
    const log = this.events(registry);
    await this.faults.expire(registry);
    await log.until('another session', ({ phases }) => phases.at(-1) === 'connected');
  }

  async within<T>(what: string, promise: Promise<T>): Promise<T> {
    return await within(what, promise, this.options.patienceMs);
  }

  async eventually(what: string, predicate: () => boolean): Promise<void> {
    await eventually(what, predicate, { timeoutMs: this.options.patienceMs });
  }

  /** Time enough for what should not happen to happen. */
  async quiet(): Promise<void> {
    await pause(this.options.settleMs);
  }

  async #stopRegistries(): Promise<void> {
    for (const registry of this.#registries) await this.within('stop', registry.stop());
  }

  async #closeStrangers(): Promise<void> {
    for (const stranger of this.#strangers) await stranger.close();
  }

  async #closeFixture(): Promise<void> {
    await within('the fixture closes', this.fixture.close(), Math.max(this.options.patienceMs, 10_000));
  }
}
