import {
  type BackendContext,
  BackendError,
  type BackendWatch,
  BadVersionError,
  type CreateAndRemoveOptions,
  type CreateOptions,
  NoConnectionError,
  NodeExistsError,
  type NodeStat,
  NoNodeError,
  NotAuthorizedError,
  NotEmptyError,
  type RawNode,
  type ReadOptions,
  type RegistryBackend,
  type ServiceRegistryError,
  TimeoutError,
  type WatchObserver,
} from '@ndsr/core/backend';
import { MemoryBackend, MemoryServiceRegistry } from '@ndsr/memory';
import { AnswerScript, type Subject, type SubjectOptions } from './subject.js';

const errors: Readonly<Record<string, (path: string) => ServiceRegistryError>> = {
  BACKEND: (path) => new BackendError('odd', { path }),
  BAD_VERSION: (path) => new BadVersionError(path),
  NO_CONNECTION: (path) => new NoConnectionError(undefined, { path }),
  NODE_EXISTS: (path) => new NodeExistsError(path),
  NO_NODE: (path) => new NoNodeError(path),
  NOT_AUTHORIZED: (path) => new NotAuthorizedError(path),
  NOT_EMPTY: (path) => new NotEmptyError(path),
  TIMEOUT: (path) => new TimeoutError('no answer', { path }),
};

/** The errors that a backend may answer a request with. */
export const memoryErrors = Object.keys(errors);

/** A memory backend with scripted answers. */
class ScriptedBackend extends MemoryBackend {
  readonly #script: AnswerScript;

  constructor(script: AnswerScript, registry: MemoryServiceRegistry) {
    super(registry.store, registry);
    this.#script = script;
  }

  override read(path: string, options: ReadOptions): Promise<RawNode> {
    return this.#answer(path, () => super.read(path, options));
  }

  override create(path: string, options: CreateOptions): Promise<NodeStat | null> {
    return this.#answer(path, () => super.create(path, options));
  }

  override createAndRemove(path: string, options: CreateAndRemoveOptions): Promise<NodeStat | null> {
    return this.#answer(path, () => super.createAndRemove(path, options));
  }

  override createSequential(path: string, data: Uint8Array): Promise<string> {
    return this.#answer(path, () => super.createSequential(path, data));
  }

  override write(path: string, data: Uint8Array, version: number): Promise<void> {
    return this.#answer(path, () => super.write(path, data, version));
  }

  override remove(path: string, version: number): Promise<void> {
    return this.#answer(path, () => super.remove(path, version));
  }

  override watch(path: string, options: ReadOptions, observer: WatchObserver): BackendWatch {
    const answer = this.#script.next();
    if (answer === 'sound') return super.watch(path, options, observer);
    let isDisposed = false;
    if (answer !== 'silence') queueMicrotask(() => isDisposed || observer.fault(errorOf(answer, path)));
    return {
      dispose: () => {
        isDisposed = true;
      },
    };
  }

  #answer<T>(path: string, ask: () => Promise<T>): Promise<T> {
    const answer = this.#script.next();
    if (answer === 'sound') return ask();
    if (answer === 'silence') return new Promise(() => undefined);
    return Promise.reject(errorOf(answer, path));
  }
}

function errorOf(answer: string, path: string): ServiceRegistryError {
  return errors[answer]?.(path) ?? new BackendError(`no error ${answer}`, { path });
}

class ScriptedMemoryRegistry extends MemoryServiceRegistry {
  readonly script = new AnswerScript();

  protected override createBackend(_context: BackendContext): RegistryBackend {
    return new ScriptedBackend(this.script, this);
  }
}

export function openMemorySubject(options: SubjectOptions): Subject {
  const registry = new ScriptedMemoryRegistry(options);
  const { store, script } = registry;
  return {
    registry,
    answer: (answers) => script.start(answers),
    goDown: () => void store.goDown(),
    comeBack: () => void store.comeBack(),
    expire: () => {
      if (registry.phase === 'connected') void store.expire(registry);
    },
  };
}
