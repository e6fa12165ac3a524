import assert from 'node:assert/strict';
import type { ClientFaults, ClientFixture } from './client-fixture.js';
import { pause, within } from './deadline.js';
import { ObservedClient } from './observed-client.js';

export interface SceneOptions {
  readonly open: () => Promise<ClientFixture>;
  readonly patienceMs: number;
  readonly settleMs: number;
  readonly replace: boolean;
}

/** What a case has to work with: clients, a node of its own, faults, and patience. */
export class ClientScene {
  readonly options: SceneOptions;
  readonly #fixture: ClientFixture;
  readonly #clients: ObservedClient[] = [];
  readonly #violations: string[] = [];

  private constructor(fixture: ClientFixture, options: SceneOptions) {
    this.#fixture = fixture;
    this.options = options;
  }

  /** Opens a fixture, runs `play` on it, closes all that was opened, and says whether a duty was neglected. */
  static async run(options: SceneOptions, play: (scene: ClientScene) => Promise<void>): Promise<void> {
    const scene = new ClientScene(await options.open(), options);
    const forgotten = (reason: unknown): void => void scene.#violations.push(`unhandled rejection: ${String(reason)}`);
    process.on('unhandledRejection', forgotten);
    const failures: unknown[] = [];
    for (const step of [() => play(scene), () => scene.#closeClients(), () => scene.#close()]) {
      await step().catch((error) => failures.push(error));
    }
    process.off('unhandledRejection', forgotten);
    assert.deepEqual(scene.#violations, [], `broken duties; the case ended with ${String(failures[0] ?? 'success')}`);
    if (failures.length > 0) throw failures[0];
  }

  get faults(): ClientFaults {
    const { faults } = this.#fixture;
    assert.ok(faults !== undefined, 'the suite was given `faults: true`, but the fixture has no `faults`');
    return faults;
  }

  /** A path below the fixture's node, or that node itself. */
  path(name: `/${string}` | ''): string {
    return this.#fixture.root + name;
  }

  /** A client that has not been connected. */
  client(): ObservedClient {
    return this.#observe(this.#fixture.client());
  }

  async connected(): Promise<ObservedClient> {
    return await connect(this.client());
  }

  /** A connected client that no fault reaches. */
  async witness(): Promise<ObservedClient> {
    return await connect(this.#observe(this.#fixture.witness()));
  }

  /** A connected client, and one that no fault reaches. */
  async pair(): Promise<[ObservedClient, ObservedClient]> {
    return [await this.connected(), await this.witness()];
  }

  /** Goes down and waits until the clients have noticed. */
  async goDown(...clients: ObservedClient[]): Promise<void> {
    const times = clients.map((client) => client.of('disconnected').length + 1);
    await this.faults.goDown();
    for (const [i, client] of clients.entries()) await client.until('disconnected', times[i]);
  }

  /** Comes back and waits until the clients are connected. */
  async comeBack(...clients: ObservedClient[]): Promise<void> {
    const times = clients.map((client) => client.of('connected').length + 1);
    await this.faults.comeBack();
    for (const [i, client] of clients.entries()) await client.until('connected', times[i]);
  }

  /** Ends the client's session and waits until it knows. */
  async expire(client: ObservedClient): Promise<void> {
    await this.faults.expire(client.port);
    await client.until('expired');
  }

  /** Time enough for what should not happen to happen. */
  async quiet(): Promise<void> {
    await pause(this.options.settleMs);
  }

  #observe(port: ReturnType<ClientFixture['client']>): ObservedClient {
    const client = new ObservedClient(port, this.options.patienceMs, this.#violations);
    this.#clients.push(client);
    return client;
  }

  async #closeClients(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    // What comes after close comes now.
    await this.quiet();
  }

  async #close(): Promise<void> {
    await within('the fixture closes', this.#fixture.close(), Math.max(this.options.patienceMs, 10_000));
  }
}

async function connect(client: ObservedClient): Promise<ObservedClient> {
  client.connect();
  await client.until('connected');
  return client;
}
