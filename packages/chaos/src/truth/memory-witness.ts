import { NodeExistsError, NoNodeError } from '@ndsr/core';
import { MemoryBackend, type MemoryStore } from '@ndsr/memory';
import { type TrueNode, Truth } from './truth.js';
import type { Witness } from './witness.js';

/** At a memory store: its own bare connection, below everything that a registry does. */
export class MemoryWitness implements Witness {
  readonly #store: MemoryStore;
  readonly #backend: MemoryBackend;

  private constructor(store: MemoryStore) {
    this.#store = store;
    this.#backend = new MemoryBackend(store);
  }

  static async connect(store: MemoryStore): Promise<MemoryWitness> {
    const witness = new MemoryWitness(store);
    await new Promise<void>((resolve) => witness.#backend.connect(({ type }) => type === 'connected' && resolve()));
    return witness;
  }

  async read(root: string): Promise<Truth> {
    const paths = this.#store.dump().filter((path) => path === root || path.startsWith(`${root}/`));
    const nodes = await Promise.all(paths.map(async (path) => [path, await this.#readOne(path)] as const));
    return new Truth(new Map(nodes.filter((node): node is [string, TrueNode] => node[1] !== undefined)));
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

  async #readOne(path: string): Promise<TrueNode | undefined> {
    const { data, stat } = await this.#backend.read(path, { children: 'none' });
    return stat === null ? undefined : { data: data === null || data.length === 0 ? null : Buffer.from(data), stat };
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
