import assert from 'node:assert/strict';
import { eventually, pause, within } from '../support/deadline.js';
import { Journal } from '../support/journal.js';
import { playAndClose } from '../support/play-and-close.js';
import type { BackendFaults, BackendFixture } from './backend-fixture.js';
import { ObservedBackend } from './observed-backend.js';

export interface SceneOptions {
  readonly open: () => Promise<BackendFixture>;
  readonly faults: boolean;
  readonly patienceMs: number;
  readonly settleMs: number;
  readonly seed: number;
}

/** What a case has to work with: one isolated store, as many backends as it likes, faults, and patience. */
export class BackendScene {
  readonly fixture: BackendFixture;
  readonly options: SceneOptions;
  readonly journal = new Journal();
  readonly #backends: ObservedBackend[] = [];

  private constructor(fixture: BackendFixture, options: SceneOptions) {
    this.fixture = fixture;
    this.options = options;
  }

  /** Opens a fixture, runs `play` on it, closes all that was opened, and says whether a duty was neglected. */
  static async run(options: SceneOptions, play: (scene: BackendScene) => Promise<void>): Promise<void> {
    const scene = new BackendScene(await options.open(), options);
    const closers = [() => scene.#closeBackends(), () => scene.#closeFixture()];
    const failure = await playAndClose(() => play(scene), closers);
    scene.journal.verdict(failure);
  }

  /** Faults on demand, for cases that need them. */
  get faults(): BackendFaults {
    const { faults } = this.fixture;
    assert.ok(faults !== undefined, 'the suite was given `faults: true`, but the fixture has no `faults`');
    return faults;
  }

  /** A backend that has not been connected. */
  backend(): ObservedBackend {
    const backend = new ObservedBackend(this.fixture.backend(), this.journal, this.options.patienceMs);
    this.#backends.push(backend);
    return backend;
  }

  /** A connected backend. */
  async connected(): Promise<ObservedBackend> {
    const backend = this.backend();
    backend.connect();
    await backend.connected();
    return backend;
  }

  /** Two connected backends on the same store. */
  async pair(): Promise<[ObservedBackend, ObservedBackend]> {
    return [await this.connected(), await this.connected()];
  }

  /** Goes down and waits until `backends` have noticed. */
  async goDown(...backends: ObservedBackend[]): Promise<void> {
    await this.faults.goDown();
    for (const backend of backends) await backend.disconnected();
  }

  /** Comes back and waits until `backends` are connected. */
  async comeBack(...backends: ObservedBackend[]): Promise<void> {
    await this.faults.comeBack();
    for (const backend of backends) await backend.connected();
  }

  /** Ends the session of `backend` and waits for its next one. */
  async expire(backend: ObservedBackend): Promise<void> {
    const times = backend.connection.connections;
    await this.faults.expire(backend.port);
    await backend.connected(times + 1);
  }

  async eventually(what: string, predicate: () => boolean): Promise<void> {
    await eventually(what, predicate, { timeoutMs: this.options.patienceMs });
  }

  /** Time enough for what should not happen to happen. */
  async quiet(): Promise<void> {
    await pause(this.options.settleMs);
  }

  async #closeBackends(): Promise<void> {
    for (const backend of this.#backends) await backend.close();
  }

  async #closeFixture(): Promise<void> {
    await within('the fixture closes', this.fixture.close(), Math.max(this.options.patienceMs, 10_000));
  }
}
