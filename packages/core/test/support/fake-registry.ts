import { FakeClock } from '@ndsr/test-support';
import type { RegistryBackend } from '../../src/backend/registry-backend.js';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { ServiceRegistry } from '../../src/service-registry.js';
import { FakeBackend } from './fake-backend.js';
import { FakeStore } from './fake-store.js';
import { RecordingLogger } from './recording-logger.js';

/** A registry over fakes, and everything that a test wants to look at. */
export class FakeRegistry extends ServiceRegistry {
  readonly store: FakeStore;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  /** Every backend that was made, the present one last. */
  readonly backends: FakeBackend[] = [];
  /** Every event, as `name path-or-phase`. */
  readonly told: string[] = [];
  readonly faults: { readonly code: string; readonly message: string; readonly path?: string | undefined }[] = [];
  /** Prepares each backend before it is used. */
  prepare: (backend: FakeBackend) => void = () => undefined;

  constructor(options: RegistryOptions = {}, store = new FakeStore()) {
    const clock = new FakeClock();
    const logger = new RecordingLogger();
    // Registrations are restored at once after a lost session, unless a test is about the pace.
    super({
      clock,
      logger,
      restoreJitterMs: 0,
      keepAlive: false,
      restorePerSecond: Number.POSITIVE_INFINITY,
      random: () => 0,
      safetyRereadMs: 0,
      ...options,
    });
    this.store = store;
    this.clock = clock;
    this.logger = logger;
    this.on('phase', ({ phase }) => this.told.push(`phase ${phase}`));
    this.on('registered', ({ path }) => this.told.push(`registered ${path}`));
    this.on('unregistered', ({ path, reason }) => this.told.push(`unregistered ${path} ${reason}`));
    this.on('conflict', ({ path, owner }) => this.told.push(`conflict ${path} ${owner}`));
    this.on('fault', ({ error }) => this.faults.push(error));
  }

  get backend(): FakeBackend {
    const backend = this.backends.at(-1);
    if (backend === undefined) throw new Error('no backend has been made yet');
    return backend;
  }

  protected override createBackend(): RegistryBackend {
    const backend = new FakeBackend(this.store);
    this.prepare(backend);
    this.backends.push(backend);
    return backend;
  }

  /** The events since the last call, except phases. */
  news(): string[] {
    return this.told.splice(0).filter((line) => !line.startsWith('phase'));
  }
}

/** One that is connected. */
export async function startedRegistry(options: RegistryOptions = {}, store = new FakeStore()): Promise<FakeRegistry> {
  const registry = new FakeRegistry(options, store);
  await registry.start();
  registry.told.splice(0);
  return registry;
}
