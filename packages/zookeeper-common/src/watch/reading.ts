import { childOf, NoConnectionError, type NodeStat, type ServiceRegistryError } from '@ndsr/core/backend';
import { flawOfChildren } from '../client/reply-content.js';
import type { ZooKeeperClient } from '../client/zookeeper-client.js';
import { errorNumbers, ZooKeeperError } from '../client/zookeeper-error.js';
import { isErrorNumber, translateError } from '../errors/error-table.js';
import type { Request } from '../session/request-window.js';
import type { Look, NodeView } from './node-view.js';

/** What reading needs: requests to the client of the moment, by server paths, a bounded number at a time. */
export interface ReaderPort {
  /** Has it sent when it is its turn. It rejects with CONNECTION_LOSS while there is no connection. */
  ask(request: Request<ZooKeeperClient>): void;
  toServer(path: string): string;
  /** Whether everything from `path` downwards is told of anyway. A watch on the node itself would end that. */
  isRecursive(path: string): boolean;
  /** Whether nobody is interested any more: what waits would arm a watch for nobody. */
  readonly isOver: boolean;
}

/** The looks that are under way together, and whose they are. */
export interface ReadingRound {
  readonly view: NodeView;
  readonly reader: {
    readonly port: ReaderPort;
    readonly path: string;
    /** Whether every coming and going of a child is told. */
    readonly isTold: boolean;
    /** Whether some child was seen that has children itself. */
    sawGrandchildren: boolean;
    /** Whether to arm a watch on what is read at `path`. */
    watches(path: string): boolean;
  };
  /** It has its answer, or the reason why it has none. */
  ended(look: Look, error?: ServiceRegistryError): void;
}

/** The request for a look, which takes what it reads to the view. */
export function readingOf(look: Look, round: ReadingRound): Request<ZooKeeperClient> {
  switch (look.what) {
    case 'self':
      return new SelfReading(look, round, round.reader.path);
    case 'names':
      return new ListReading(look, round, round.reader.path);
    case 'child':
      return new ChildReading(look, round, childOf(round.reader.path, look.name));
  }
}

interface NodeData {
  readonly data: Uint8Array | null;
  readonly stat: NodeStat;
}

/** A look under way: one object, for thousands may wait for their turn. */
abstract class Reading<T, L extends Look> implements Request<ZooKeeperClient> {
  isQueued = false;
  protected readonly look: L;
  protected readonly round: ReadingRound;
  protected readonly path: string;
  readonly #watch: boolean;

  constructor(look: L, round: ReadingRound, path: string) {
    this.look = look;
    this.round = round;
    this.path = path;
    this.#watch = round.reader.watches(path);
  }

  send(client: ZooKeeperClient): Promise<unknown> {
    const { port } = this.round.reader;
    if (port.isOver) return Promise.reject(new ZooKeeperError(errorNumbers.connectionLoss, 'The watch was disposed'));
    return this.ask(client, { path: port.toServer(this.path), watch: this.#watch });
  }

  resolve(answer: unknown): void {
    if (this.took(answer as T)) this.round.ended(this.look);
  }

  reject(thrown: unknown): void {
    if (!isErrorNumber(thrown, errorNumbers.noNode)) this.failed(thrown);
    else if (this.missed()) this.round.ended(this.look);
  }

  protected abstract ask(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown>;
  /** Takes the answer to the view. Returns whether that was all. */
  protected abstract took(answer: T): boolean;
  /** There is no such node. Returns whether that was all. */
  protected abstract missed(): boolean;

  /** It has no answer that can be used. */
  protected failed(thrown: unknown): void {
    const { view } = this.round;
    const error = translateError(thrown, this.path);
    if (error instanceof NoConnectionError) view.putBack(this.look);
    else if (this.look.what === 'child') view.sawChild(this.look.name, null);
    this.round.ended(this.look, error);
  }
}

class SelfReading extends Reading<NodeData | NodeStat | null, Extract<Look, { what: 'self' }>> {
  /** Reading a missing node arms no watch; asking whether it exists does, for the moment when it comes. */
  #isMissing = false;

  protected override ask(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown> {
    return this.#isMissing ? client.exists(read) : client.getData(read);
  }

  protected override took(answer: NodeData | NodeStat | null): boolean {
    const { view, reader } = this.round;
    if (answer === null) view.sawNothing();
    else if ('stat' in answer) view.sawSelf(answer.data, answer.stat, reader.isTold);
    else this.#cameMeanwhile();
    return true;
  }

  protected override missed(): boolean {
    const { view } = this.round;
    if (this.#isMissing) {
      view.sawNothing();
      return true;
    }
    view.missedSelf();
    this.#isMissing = true;
    this.round.reader.port.ask(this);
    return false;
  }

  #cameMeanwhile(): void {
    this.round.view.expireSelf();
    this.round.view.expireNames();
  }
}

class ListReading extends Reading<
  { readonly names: readonly string[]; readonly stat: NodeStat },
  Extract<Look, { what: 'names' }>
> {
  protected override ask(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown> {
    return client.getChildren(read);
  }

  protected override took({ names, stat }: { readonly names: readonly string[]; readonly stat: NodeStat }): boolean {
    const flaw = flawOfChildren(this.path, names, stat);
    if (flaw === undefined) this.round.view.sawNames(names, stat);
    else this.failed(flaw);
    return flaw === undefined;
  }

  protected override missed(): boolean {
    this.round.view.missedNames();
    return true;
  }
}

class ChildReading extends Reading<NodeData, Extract<Look, { what: 'child' }>> {
  protected override ask(client: ZooKeeperClient, read: { path: string; watch: boolean }): Promise<unknown> {
    return client.getData(read);
  }

  protected override took({ data, stat }: NodeData): boolean {
    const { view, reader } = this.round;
    if (stat.numChildren > 0) reader.sawGrandchildren = true;
    view.sawChild(this.look.name, data);
    return true;
  }

  protected override missed(): boolean {
    const { view, reader } = this.round;
    view.dropChild(this.look.name, reader.isTold);
    return true;
  }
}
