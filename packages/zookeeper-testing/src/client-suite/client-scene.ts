import { Scene, type SceneOptions } from '@ndsr/conformance/scaffold';
import type { ClientFixture } from './client-fixture.js';
import { ObservedClient } from './observed-client.js';

export interface ClientSceneOptions extends SceneOptions {
  readonly replace: boolean;
}

/** The environment of a case: clients, a node of its own, and faults. */
export class ClientScene extends Scene<ClientFixture, ClientSceneOptions> {
  readonly #clients: ObservedClient[] = [];

  override async run(play: (scene: this) => Promise<void>): Promise<void> {
    const onUnhandled = (reason: unknown): void => this.journal.violation(`unhandled rejection: ${String(reason)}`);
    process.on('unhandledRejection', onUnhandled);
    try {
      await super.run(play);
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
  }

  protected override closers(): readonly (() => Promise<void>)[] {
    return [() => this.#closeClients()];
  }

  /** Returns a path below the fixture's node, or that node itself. */
  path(name: `/${string}` | ''): string {
    return this.fixture.root + name;
  }

  /** Returns a client that has not been connected. */
  client(): ObservedClient {
    return this.#observe(this.fixture.client());
  }

  async connected(): Promise<ObservedClient> {
    return await connect(this.client());
  }

  /** Returns a connected client that no fault affects. */
  async witness(): Promise<ObservedClient> {
    return await connect(this.#observe(this.fixture.witness()));
  }

  /** Returns a connected client, and one that no fault affects. */
  async pair(): Promise<[ObservedClient, ObservedClient]> {
    return [await this.connected(), await this.witness()];
  }

  /** Takes the servers down and waits until the clients have noticed. */
  async goDown(...clients: ObservedClient[]): Promise<void> {
    const times = clients.map((client) => client.of('disconnected').length + 1);
    await this.faults.goDown();
    for (const [i, client] of clients.entries()) await client.until('disconnected', times[i]);
  }

  /** Brings the servers back and waits until the clients are connected. */
  async comeBack(...clients: ObservedClient[]): Promise<void> {
    const times = clients.map((client) => client.of('connected').length + 1);
    await this.faults.comeBack();
    for (const [i, client] of clients.entries()) await client.until('connected', times[i]);
  }

  /** Expires the client's session and waits until the client reports it. */
  async expire(client: ObservedClient): Promise<void> {
    await this.faults.expire(client.port);
    await client.until('expired');
  }

  #observe(port: ReturnType<ClientFixture['client']>): ObservedClient {
    const client = new ObservedClient(port, this.options.patienceMs, this.journal);
    this.#clients.push(client);
    return client;
  }

  async #closeClients(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    // An event after close would arrive now.
    await this.quiet();
  }
}

async function connect(client: ObservedClient): Promise<ObservedClient> {
  client.connect();
  await client.until('connected');
  return client;
}
