import { NodeExistsError, NoNodeError } from '@ndsr/core';
import { MemoryBackend, type MemoryStore } from '@ndsr/memory';
import type { ReferenceClient } from './reference-client.js';
import type { ServerNodes, StoredNode } from './server-nodes.mjs';

/** Reference client of a memory store: its own backend, without a registry. */
export class MemoryReferenceClient implements ReferenceClient {
  readonly #store: MemoryStore;
  readonly #backend: MemoryBackend;

  private constructor(store: MemoryStore) {
    this.#store = store;
    this.#backend = new MemoryBackend(store);
  }

  static async connect(store: MemoryStore): Promise<MemoryReferenceClient> {
    const referenceClient = new MemoryReferenceClient(store);
    await new Promise<void>((resolve) =>
      referenceClient.#backend.connect(({ type }) => type === 'connected' && resolve()),
    );
    return referenceClient;
  }

  async read(root: string): Promise<ServerNodes> {
    const paths = this.#store.dump().filter((path) => path === root || path.startsWith(`${root}/`));
    const nodes = await Promise.all(paths.map(async (path) => [path, await this.#readOne(path)] as const));
    return new Map(nodes.filter((node): node is [string, StoredNode] => node[1] !== undefined));
  }

  async create(path: string, data?: object): Promise<void> {
    await this.#backend
      .create(path, { kind: 'persistent', data: bytes(data), replacing: null })
      .catch(unless(NodeExistsError));
  }

  async write(path: string, data: object): Promise<void> {
    const { stat } = await this.#backend.read(path, { children: 'none' });
    await this.#backend.write(path, bytes(data), stat?.version ?? 0);
  }

  async remove(path: string): Promise<void> {
    const { stat } = await this.#backend.read(path, { children: 'none' });
    if (stat !== null) await this.#backend.remove(path, stat.version).catch(unless(NoNodeError));
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  async #readOne(path: string): Promise<StoredNode | undefined> {
    const { data, stat, children } = await this.#backend.read(path, { children: 'names' });
    if (stat === null) return undefined;
    return { text: data === null ? null : Buffer.from(data).toString(), children: [...children.keys()].sort(), stat };
  }
}

function bytes(data: object | undefined): Uint8Array {
  return data === undefined ? new Uint8Array(0) : Buffer.from(JSON.stringify(data));
}

function unless(Expected: typeof NodeExistsError | typeof NoNodeError): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Expected)) throw error;
  };
}
