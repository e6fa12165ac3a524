import type { BackendWatch, ChildDetail, WatchObserver } from '@ndsr/core/backend';
import type { Tree } from './tree.js';

/** A running watch: compares each tree with its last delivery. */
export class TreeWatch implements BackendWatch {
  readonly #path: string;
  readonly #detail: ChildDetail;
  readonly #observer: WatchObserver;
  #delivered: number | undefined;
  #disposed = false;

  constructor(path: string, detail: ChildDetail, observer: WatchObserver) {
    this.#path = path;
    this.#detail = detail;
    this.#observer = observer;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  look(tree: Tree): void {
    const newest = tree.newestIn(this.#path, this.#detail);
    if (this.#disposed || newest === this.#delivered) return;
    this.#delivered = newest;
    this.#observer.node(tree.read(this.#path, this.#detail));
  }

  /** The next check delivers even when nothing has changed. */
  forget(): void {
    this.#delivered = undefined;
  }

  dispose(): void {
    this.#disposed = true;
  }
}
