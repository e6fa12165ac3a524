import {
  type Operation,
  type OperationDeadlines,
  type RawNode,
  type ReadOptions,
  TimeoutError,
} from '@ndsr/core/backend';
import type { ZooKeeperClient } from './client/zookeeper-client.js';
import type { Request } from './session/request-window.js';
import { NodeReader } from './watch/node-reader.js';
import { NodeView } from './watch/node-view.js';
import type { ReaderPort } from './watch/read-request.js';

/** The parts of the backend that a read uses. */
export interface ReadHost extends Omit<ReaderPort, 'isOver'> {
  readonly deadlines: OperationDeadlines;
  /** True if the servers have answered any request since `time`. */
  answeredSince(time: number): boolean;
}

/** A read that never sees one consistent state: the node changes faster than it can be read. */
const maxRounds = 50;

/** Reads one node once, with as many requests as needed. */
class Read implements ReaderPort, Operation {
  readonly what = 'read';
  readonly path: string;
  isOver = false;
  giveUp: (error: TimeoutError) => void = () => undefined;
  readonly #host: ReadHost;
  /** Requests are sent in order, so this one is sent last. */
  #lastRequest: Request<ZooKeeperClient> | undefined;

  constructor(host: ReadHost, path: string) {
    this.#host = host;
    this.path = path;
  }

  isPaused(since: number): boolean {
    return this.#lastRequest?.isQueued === true && this.#host.answeredSince(since);
  }

  toServer(path: string): string {
    return this.#host.toServer(path);
  }

  isRecursive(path: string): boolean {
    return this.#host.isRecursive(path);
  }

  enqueue(request: Request<ZooKeeperClient>): void {
    this.#lastRequest = request;
    this.#host.enqueue(request);
  }

  async run(options: ReadOptions): Promise<RawNode> {
    const { deadlines } = this.#host;
    const late = new Promise<never>((_resolve, reject) => {
      this.giveUp = reject;
    });
    deadlines.begin(this);
    try {
      return await Promise.race([late, this.#readWhole(options)]);
    } finally {
      this.isOver = true;
      deadlines.end(this);
    }
  }

  async #readWhole(options: ReadOptions): Promise<RawNode> {
    const { path } = this;
    const view = new NodeView(path, options);
    const reader = new NodeReader(this, path, false);
    for (let round = 0; round < maxRounds && !this.isOver; round += 1) {
      const outcomes = await reader.round(view);
      for (const { error } of outcomes) if (error !== undefined) throw error;
      const node = view.whole();
      if (node !== undefined) return node;
    }
    throw new TimeoutError(`${path} is being changed faster than it can be read`, { path });
  }
}

/** Reads the current state of a node. */
export function read(host: ReadHost, path: string, options: ReadOptions): Promise<RawNode> {
  return new Read(host, path).run(options);
}
