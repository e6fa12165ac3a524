import { Scene, type SceneOptions } from '../scaffold/index.js';
import type { BackendFixture } from './backend-fixture.js';
import { ObservedBackend } from './observed-backend.js';

export interface BackendSceneOptions extends SceneOptions {
  readonly open: () => Promise<BackendFixture>;
  readonly faults: boolean;
  readonly seed: number;
}

/** The environment of a case: one isolated store, any number of backends, and faults. */
export class BackendScene extends Scene<BackendFixture, BackendSceneOptions> {
  readonly #backends: ObservedBackend[] = [];

  protected override closers(): readonly (() => Promise<void>)[] {
    return [() => this.#closeBackends()];
  }

  /** Returns a backend that has not been connected. */
  backend(): ObservedBackend {
    const backend = new ObservedBackend(this.fixture.backend(), this.journal, this.options.patienceMs);
    this.#backends.push(backend);
    return backend;
  }

  /** Returns a connected backend. */
  async connected(): Promise<ObservedBackend> {
    const backend = this.backend();
    backend.connect();
    await backend.connected();
    return backend;
  }

  /** Returns two connected backends on the same store. */
  async pair(): Promise<[ObservedBackend, ObservedBackend]> {
    return [await this.connected(), await this.connected()];
  }

  /** Takes the servers down and waits until `backends` have noticed. */
  async goDown(...backends: ObservedBackend[]): Promise<void> {
    await this.faults.goDown();
    for (const backend of backends) await backend.disconnected();
  }

  /** Brings the servers back and waits until `backends` are connected. */
  async comeBack(...backends: ObservedBackend[]): Promise<void> {
    await this.faults.comeBack();
    for (const backend of backends) await backend.connected();
  }

  /** Expires the session of `backend` and waits for its next one. */
  async expire(backend: ObservedBackend): Promise<void> {
    const times = backend.connection.connections;
    await this.faults.expire(backend.port);
    await backend.connected(times + 1);
  }

  async #closeBackends(): Promise<void> {
    for (const backend of this.#backends) await backend.close();
  }
}
