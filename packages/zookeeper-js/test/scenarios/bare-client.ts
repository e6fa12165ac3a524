import zookeeper, { type Client } from 'node-zookeeper-client';

/** The bare library with promises: somebody outside, who knows nothing of ours. */
export class BareClient {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect(servers: string): Promise<BareClient> {
    const client = zookeeper.createClient(servers, { sessionTimeout: 10_000 });
    await new Promise<void>((resolve) => {
      client.once('connected', resolve);
      client.connect();
    });
    return new BareClient(client);
  }

  create(path: string, data?: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | zookeeper.Exception): void => (error ? reject(error) : resolve());
      if (data === undefined) this.#client.create(path, done);
      else this.#client.create(path, data, done);
    });
  }

  setData(path: string, data: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.setData(path, data, -1, (error) => (error ? reject(error) : resolve()));
    });
  }

  remove(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.remove(path, -1, (error) => (error ? reject(error) : resolve()));
    });
  }

  mkdirp(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.mkdirp(path, (error) => (error ? reject(error) : resolve()));
    });
  }

  getData(path: string): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      this.#client.getData(path, (error, data) => (error ? reject(error) : resolve(data)));
    });
  }

  getChildren(path: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.#client.getChildren(path, (error, names) => (error ? reject(error) : resolve(names)));
    });
  }

  /** Name to data of every child, read now. */
  async readService(path: string): Promise<Record<string, unknown>> {
    const names = await this.getChildren(path);
    const entries = names.map(async (name) => [name, await this.getData(`${path}/${name}`)] as const);
    const read = (data: Buffer | undefined): unknown => (data === undefined ? null : JSON.parse(data.toString()));
    return Object.fromEntries((await Promise.all(entries)).map(([name, data]) => [name, read(data)]));
  }

  close(): void {
    this.#client.close();
  }
}
