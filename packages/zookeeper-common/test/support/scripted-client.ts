import type { ClientEvent, ClientObserver, ClientOptions, ZooKeeperClient } from '../../src/client/zookeeper-client.js';

function unanswered(): Promise<never> {
  return new Promise(() => undefined);
}

/** A client that tells what a test has it tell. */
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

  /** Lets `close` resolve where it does not by itself. */
  finishClose(): void {
    this.#closed();
  }

  connect(observer: ClientObserver): void {
    this.#observer = observer;
  }

  authenticate(): void {
    // Nobody asks.
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

  /** Nothing was armed. */
  forget(): boolean {
    return false;
  }
}
