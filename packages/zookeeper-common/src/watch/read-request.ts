import { childOf, NoConnectionError, type NodeStat, type ServiceRegistryError } from '@ndsr/core/backend';
import { flawOfChildren } from '../client/reply-content.js';
import type { ZooKeeperClient } from '../client/zookeeper-client.js';
import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';
import { isErrorNumber, translateError } from '../errors/error-table.js';
import type { Request } from '../session/request-window.js';
import type { NodeView } from './node-view.js';
import type { PendingRead } from './pending-read.js';

/** The parts of the backend that reads use: requests to the current client, by server paths, a limited number at a time. */
export interface ReaderPort {
  /** Queues the request; it is sent once the window has room. It rejects with CONNECTION_LOSS while there is no connection. */
  enqueue(request: Request<ZooKeeperClient>): void;
  toServer(path: string): string;
  /** True if there is a recursive watch on `path`. A watch on the node itself would end it. */
  isRecursive(path: string): boolean;
  /** True if the result is no longer needed: queued reads would arm unused watches. */
  readonly isOver: boolean;
}

/** The reads of one round, and their reader. */
export interface ReadRound {
  readonly view: NodeView;
  readonly reader: {
    readonly port: ReaderPort;
    readonly path: string;
    /** True if the creation and deletion of every child is reported. */
    readonly reportsChildren: boolean;
    /** True if some child has children itself. */
    hasGrandchildren: boolean;
    /** True to arm a watch on `path`. */
    watches(path: string): boolean;
  };
  /** A read has its answer, or the reason why it has none. */
  ended(read: PendingRead, error?: ServiceRegistryError): void;
}

/** Creates the request for a read, which passes the answer to the view. */
export function requestFor(read: PendingRead, round: ReadRound): Request<ZooKeeperClient> {
  switch (read.what) {
    case 'self':
      return new SelfRequest(read, round, round.reader.path);
    case 'names':
      return new NamesRequest(read, round, round.reader.path);
    case 'child':
      return new ChildRequest(read, round, childOf(round.reader.path, read.name));
  }
}

interface NodeData {
  readonly data: Uint8Array | null;
  readonly stat: NodeStat;
}

/** A read in progress: one object, since thousands may be queued. */
abstract class ReadRequest<T, R extends PendingRead> implements Request<ZooKeeperClient> {
  isQueued = false;
  protected readonly read: R;
  protected readonly round: ReadRound;
  protected readonly path: string;
  readonly #watch: boolean;

  constructor(read: R, round: ReadRound, path: string) {
    this.read = read;
    this.round = round;
    this.path = path;
    this.#watch = round.reader.watches(path);
  }

  send(client: ZooKeeperClient): Promise<unknown> {
    const { port } = this.round.reader;
    if (port.isOver) return Promise.reject(new ZooKeeperError(errorNumbers.connectionLoss, 'The watch was disposed'));
    return this.request(client, { path: port.toServer(this.path), watch: this.#watch });
  }

  resolve(answer: unknown): void {
    if (this.onAnswer(answer as T)) this.round.ended(this.read);
  }

  reject(thrown: unknown): void {
    if (!isErrorNumber(thrown, errorNumbers.noNode)) this.onError(thrown);
    else if (this.onMissing()) this.round.ended(this.read);
  }

  protected abstract request(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown>;
  /** Passes the answer to the view. Returns whether the read is complete. */
  protected abstract onAnswer(answer: T): boolean;
  /** There is no such node. Returns whether the read is complete. */
  protected abstract onMissing(): boolean;

  /** There is no usable answer. */
  protected onError(thrown: unknown): void {
    const { view } = this.round;
    const error = translateError(thrown, this.path);
    if (error instanceof NoConnectionError) view.requeue(this.read);
    else if (this.read.what === 'child') view.onChild(this.read.name);
    this.round.ended(this.read, error);
  }
}

class SelfRequest extends ReadRequest<NodeData | NodeStat | null, Extract<PendingRead, { what: 'self' }>> {
  /** `getData` of a missing node arms no watch; `exists` does, for its creation. */
  #isMissing = false;

  protected override request(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown> {
    return this.#isMissing ? client.exists(read) : client.getData(read);
  }

  protected override onAnswer(answer: NodeData | NodeStat | null): boolean {
    const { view, reader } = this.round;
    if (answer === null) view.onAbsent();
    else if ('stat' in answer) view.onSelf(answer.data, answer.stat, reader.reportsChildren);
    else this.#onCreatedMeanwhile();
    return true;
  }

  protected override onMissing(): boolean {
    const { view } = this.round;
    if (this.#isMissing) {
      view.onAbsent();
      return true;
    }
    view.onSelfMissing();
    this.#isMissing = true;
    this.round.reader.port.enqueue(this);
    return false;
  }

  #onCreatedMeanwhile(): void {
    this.round.view.invalidateSelf();
    this.round.view.invalidateNames();
  }
}

class NamesRequest extends ReadRequest<
  { readonly names: readonly string[]; readonly stat: NodeStat },
  Extract<PendingRead, { what: 'names' }>
> {
  protected override request(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown> {
    return client.getChildren(read);
  }

  protected override onAnswer({
    names,
    stat,
  }: {
    readonly names: readonly string[];
    readonly stat: NodeStat;
  }): boolean {
    const error = flawOfChildren(this.path, names, stat);
    if (error === undefined) this.round.view.onNames(names, stat);
    else this.onError(error);
    return error === undefined;
  }

  protected override onMissing(): boolean {
    this.round.view.onNamesMissing();
    return true;
  }
}

class ChildRequest extends ReadRequest<NodeData, Extract<PendingRead, { what: 'child' }>> {
  protected override request(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown> {
    return client.getData(read);
  }

  protected override onAnswer(child: NodeData): boolean {
    const { view, reader } = this.round;
    if (child.stat.numChildren > 0) reader.hasGrandchildren = true;
    view.onChild(this.read.name, child);
    return true;
  }

  protected override onMissing(): boolean {
    const { view, reader } = this.round;
    view.dropChild(this.read.name, reader.reportsChildren);
    return true;
  }
}
