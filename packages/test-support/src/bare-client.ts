import zookeeper, { type Client } from 'node-zookeeper-client';

/** The bare library with promises: a client that does not use this package. */
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

  /** Name to data of every child, read now. A child that is deleted between the two reads is missing. */
  async readService(path: string): Promise<Record<string, unknown>> {
    const names = await this.getChildren(path);
    const entries = await Promise.all(names.map((name) => this.#readChild(path, name)));
    return Object.fromEntries(entries.flat());
  }

  async #readChild(path: string, name: string): Promise<[string, unknown][]> {
    try {
      const data = await this.getData(`${path}/${name}`);
      return [[name, data === undefined ? null : JSON.parse(data.toString())]];
    } catch (error) {
      if (error instanceof zookeeper.Exception && error.code === zookeeper.Exception.NO_NODE) return [];
      throw error;
    }
  }

  close(): void {
    this.#client.close();
  }
}
