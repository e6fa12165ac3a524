import zookeeper, { type Client } from 'node-zookeeper-client';

/** The server's answer for a path at one moment. */
export interface Sample {
  /** The time of the request, by a monotonic clock. */
  readonly at: number;
  /** Null: the node does not exist. */
  readonly node: { readonly data: unknown; readonly owner: string } | null;
}

/**
 * Reads a path every few milliseconds, without waiting for the previous answer, through the bare client library, independently of our
 * code.
 */
export class NodeSampler {
  readonly #client: Client;
  readonly #path: string;
  readonly #everyMs: number;
  readonly #samples: Sample[] = [];
  readonly #troubles: Error[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastAskedAt = Number.NaN;
  #longestGapMs = 0;

  private constructor(client: Client, path: string, everyMs: number) {
    this.#client = client;
    this.#path = path;
    this.#everyMs = everyMs;
  }

  static async start(servers: string, path: string, everyMs: number): Promise<NodeSampler> {
    const client = zookeeper.createClient(servers, { sessionTimeout: 10_000 });
    await new Promise<void>((resolve) => {
      client.once('connected', resolve);
      client.connect();
    });
    const sampler = new NodeSampler(client, path, everyMs);
    sampler.#timer = setInterval(() => sampler.#ask(), everyMs);
    return sampler;
  }

  /** In the order of the requests; the server answers each session in order. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** The longest time between two requests; shorter events may not have been observed. */
  get longestGapMs(): number {
    return this.#longestGapMs;
  }

  /** Failed requests. */
  get troubles(): readonly Error[] {
    return this.#troubles;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.close();
  }

  toString(): string {
    const gap = this.#longestGapMs.toFixed(0);
    const stalled = this.#longestGapMs > 50 ? ' (this machine stalled the sampler)' : '';
    return `${this.#samples.length} samples every ${this.#everyMs} ms, ${gap} ms between two at most${stalled}`;
  }

  #ask(): void {
    const at = performance.now();
    if (!Number.isNaN(this.#lastAskedAt)) this.#longestGapMs = Math.max(this.#longestGapMs, at - this.#lastAskedAt);
    this.#lastAskedAt = at;
    this.#client.getData(this.#path, (error, data, stat) => {
      if (!error) this.#samples.push({ at, node: { data: JSON.parse(String(data)), owner: ownerOf(stat) } });
      else if (isNoNode(error)) this.#samples.push({ at, node: null });
      else this.#troubles.push(error as Error);
    });
  }
}

function isNoNode(error: Error | zookeeper.Exception): boolean {
  return 'getCode' in error && error.getCode() === zookeeper.Exception.NO_NODE;
}

/** The session that owns a node, in the format of the server. */
function ownerOf(stat: zookeeper.Stat): string {
  return `0x${Buffer.from(stat.ephemeralOwner as unknown as Uint8Array)
    .toString('hex')
    .replace(/^0+(?=.)/, '')}`;
}
