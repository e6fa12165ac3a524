import type { ClientEvent, ClientObserver, ClientOptions, ZooKeeperClient } from '../../src/client/zookeeper-client.js';

function unanswered(): Promise<never> {
  return new Promise(() => undefined);
}

/** A client that emits the events of a test. */
export class ScriptedClient implements ZooKeeperClient {
  readonly options: ClientOptions;
  closes = 0;
  quietMs = 0;
  #observer: ClientObserver | undefined;
  #closed: () => void = () => undefined;
  readonly #closing: Promise<void>;

  constructor(options: ClientOptions, closesAtOnce = true) {
    this.options = options;
    this.#closing = closesAtOnce ? Promise.resolve() : new Promise((resolve) => (this.#closed = resolve));
  }

  tell(event: ClientEvent): void {
    this.#observer?.(event);
  }

  /** Resolves a `close` that does not resolve by itself. */
  finishClose(): void {
    this.#closed();
  }

  connect(observer: ClientObserver): void {
    this.#observer = observer;
  }

  authenticate(): void {
    // Never used.
  }

  close(): Promise<void> {
    this.closes += 1;
    return this.#closing;
  }

  exists = unanswered;
  getData = unanswered;
  getChildren = unanswered;
  create = unanswered;
  createSequential = unanswered;
  setData = unanswered;
  remove = unanswered;

  /** No watch was armed. */
  forget(): boolean {
    return false;
  }
}
