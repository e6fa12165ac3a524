import { NoConnectionError } from '../errors/connection-errors.js';
import type { NodeStat } from '../node/node-stat.js';
import type { RateLimit } from '../options/rate-limit.js';
import type { Clock } from '../time/clock.js';
import { ForwardingBackend } from './forwarding-backend.js';
import type { RawNode } from './raw-node.js';
import type { CreateAndRemove, CreateOptions, ReadOptions, RegistryBackend } from './registry-backend.js';
import { TokenBucket } from './token-bucket.js';

/** Makes operations wait for a token of a bucket. Watches and the connection are not limited. */
export class RateLimitBackend extends ForwardingBackend {
  readonly #bucket: TokenBucket;

  constructor(inner: RegistryBackend, limit: RateLimit, clock: Clock) {
    super(inner);
    this.#bucket = new TokenBucket(limit, clock);
  }

  override close(): Promise<void> {
    this.#bucket.close();
    return super.close();
  }

  override async read(path: string, options: ReadOptions): Promise<RawNode> {
    await this.#takeToken(path);
    return super.read(path, options);
  }

  override async create(path: string, options: CreateOptions): Promise<NodeStat | null> {
    await this.#takeToken(path);
    return super.create(path, options);
  }

  override get createAndRemove(): CreateAndRemove | undefined {
    const run = super.createAndRemove;
    if (run === undefined) return undefined;
    return async (path, options) => {
      await this.#takeToken(path);
      return run(path, options);
    };
  }

  override async createSequential(path: string, data: Uint8Array): Promise<string> {
    await this.#takeToken(path);
    return super.createSequential(path, data);
  }

  override async write(path: string, data: Uint8Array, version: number): Promise<void> {
    await this.#takeToken(path);
    return super.write(path, data, version);
  }

  override async remove(path: string, version: number): Promise<void> {
    await this.#takeToken(path);
    return super.remove(path, version);
  }

  async #takeToken(path: string): Promise<void> {
    const granted = await this.#bucket.take();
    if (!granted) throw new NoConnectionError('The registry was closed while the call waited for its turn', { path });
  }
}
