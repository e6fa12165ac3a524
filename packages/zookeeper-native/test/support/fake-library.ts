import type { LibraryModule, NativeCallback, NativeClient, NativeConfig } from '../../src/library/library-types.js';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly answer: (code: number, ...values: unknown[]) => void;
}

/** A client of the library that does nothing by itself; the test emits its events. */
export class FakeNative {
  emit: NativeClient['emit'] = () => undefined;
  state = 0;
  timeout = -1;
  client_id = '0';
  client_password = '00'.repeat(16);
  config: NativeConfig | undefined;
  isClosed = false;
  /** True if `init` accepts the servers. */
  takesServers = true;
  /** Returns the code of a method, and may change the state. */
  onSend: () => number = () => 0;
  readonly servers: string[] = [];
  readonly sent: Sent[] = [];

  init(config: NativeConfig): unknown {
    this.config = config;
    this.servers.push(config.connect);
    if (!this.takesServers) return new Error('zookeeper_init');
    this.state = 1;
    return this;
  }

  close(): void {
    this.isClosed = true;
    this.state = 0;
  }

  set_servers(servers: string): number {
    this.servers.push(servers);
    return 0;
  }

  a_exists = (path: string, _watch: boolean, callback: NativeCallback<unknown[]>) =>
    this.#send('exists', path, callback);
  a_sync = (path: string, callback: NativeCallback<unknown[]>) => this.#send('sync', path, callback);

  #send(method: string, path: string, callback: NativeCallback<unknown[]>): number {
    const code = this.onSend();
    if (code >= 0)
      this.sent.push({ method, path, answer: (answer, ...values) => callback(answer, 'words', ...values) });
    return code;
  }

  /** The servers give or renew the session. */
  connects(id = 'ab', timeout = 1_000): void {
    this.state = 3;
    this.client_id = id;
    this.timeout = timeout;
    this.emit('connect', this, '');
  }

  /** The connection broke: the library reconnects at once. */
  disconnects(): void {
    this.#tellBreak();
    this.state = 1;
  }

  /** The library gives the connection up for silence, and does nothing for a while. */
  givesUp(): void {
    this.#tellBreak();
    this.state = 0;
  }

  #tellBreak(): void {
    // As the library does: the socket is closed already, the state is not changed yet.
    this.emit('connecting', this, '');
  }

  /** Answers the oldest request. */
  answers(code = 0, ...values: unknown[]): void {
    this.sent.shift()?.answer(code, ...values);
  }
}

/** The library, and all clients that were made of it. */
export function fakeLibrary(prepare: (native: FakeNative, index: number) => void = () => undefined) {
  const natives: FakeNative[] = [];
  class Library {
    readonly native = new FakeNative();

    constructor() {
      prepare(this.native, natives.length);
      natives.push(this.native);
    }
  }
  return { natives, load: () => Library as unknown as LibraryModule };
}
