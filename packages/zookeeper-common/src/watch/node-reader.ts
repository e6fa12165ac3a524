import type { ServiceRegistryError } from '@ndsr/core/backend';
import { childOf, NoConnectionError } from '@ndsr/core/backend';
import type { Read, ZooKeeperClient } from '../client/zookeeper-client.js';
import { errorNumbers } from '../client/zookeeper-error.js';
import { isErrorNumber, translateError } from '../errors/error-table.js';
import type { Look, NodeView } from './node-view.js';

/** What reading needs: requests to the client of the moment, by server paths, a bounded number at a time. */
export interface ReaderPort {
  /** Rejects with CONNECTION_LOSS while there is no connection. */
  request<T>(send: (client: ZooKeeperClient) => Promise<T>): Promise<T>;
  toServer(path: string): string;
  /** Whether everything from `path` downwards is told of anyway. A watch on the node itself would end that. */
  isRecursive(path: string): boolean;
}

/** What became of a look. */
export interface Outcome {
  readonly look: Look;
  /** Why it did not get its answer; undefined when it did. */
  readonly error: ServiceRegistryError | undefined;
}

/** Reads what a view says is stale. */
export class NodeReader {
  readonly #port: ReaderPort;
  readonly #path: string;
  readonly #watch: boolean;
  #deep = false;

  /** @param watch whether to arm a watch on everything that is read */
  constructor(port: ReaderPort, path: string, watch: boolean) {
    this.#port = port;
    this.#path = path;
    this.#watch = watch;
  }

  /** Whether some child was seen that has children itself. */
  get sawGrandchildren(): boolean {
    return this.#deep;
  }

  /**
   * One round: everything that is stale, at the same time. Where there was no connection the look is put back. A child
   * that cannot be read shows as one without data, so that it does not hide the others.
   */
  async round(view: NodeView): Promise<readonly Outcome[]> {
    const outcomes = await Promise.all(view.takeLooks().map((look) => this.#look(view, look)));
    view.compare();
    return outcomes;
  }

  async #look(view: NodeView, look: Look): Promise<Outcome> {
    try {
      await this.#perform(view, look);
      return { look, error: undefined };
    } catch (thrown) {
      const error = translateError(thrown, this.#pathOf(look));
      if (error instanceof NoConnectionError) view.putBack(look);
      else if (look.what === 'child') view.sawChild(look.name, null);
      return { look, error };
    }
  }

  #pathOf(look: Look): string {
    return look.what === 'child' ? childOf(this.#path, look.name) : this.#path;
  }

  #perform(view: NodeView, look: Look): Promise<void> {
    switch (look.what) {
      case 'self':
        return this.#readSelf(view);
      case 'names':
        return this.#readNames(view);
      case 'child':
        return this.#readChild(view, look.name);
    }
  }

  async #readSelf(view: NodeView): Promise<void> {
    const read = this.#read(this.#path);
    try {
      const { data, stat } = await this.#port.request((client) => client.getData(read));
      return view.sawSelf(data, stat, this.#isTold);
    } catch (thrown) {
      unlessMissing(thrown);
    }
    view.missedSelf();
    // Reading a missing node arms no watch; asking whether it exists does, for the moment when it comes.
    const stat = await this.#port.request((client) => client.exists(read));
    if (stat === null) return view.sawNothing();
    view.expireSelf();
    view.expireNames();
  }

  async #readNames(view: NodeView): Promise<void> {
    const read = this.#read(this.#path);
    try {
      const { names, stat } = await this.#port.request((client) => client.getChildren(read));
      view.sawNames(names, stat);
    } catch (thrown) {
      unlessMissing(thrown);
      view.missedNames();
    }
  }

  async #readChild(view: NodeView, name: string): Promise<void> {
    const read = this.#read(childOf(this.#path, name));
    try {
      const { data, stat } = await this.#port.request((client) => client.getData(read));
      if (stat.numChildren > 0) this.#deep = true;
      view.sawChild(name, data);
    } catch (thrown) {
      unlessMissing(thrown);
      view.dropChild(name, this.#isTold);
    }
  }

  #read(path: string): Read {
    return { path: this.#port.toServer(path), watch: this.#watch && !this.#port.isRecursive(path) };
  }

  /** Whether every coming and going of a child is told. */
  get #isTold(): boolean {
    return this.#watch && this.#port.isRecursive(this.#path);
  }
}

function unlessMissing(thrown: unknown): void {
  if (!isErrorNumber(thrown, errorNumbers.noNode)) throw thrown;
}
