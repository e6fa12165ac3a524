import type { BackendWatch, ChildDetail, WatchObserver } from '@ndsr/core/backend';
import type { Tree } from './tree.js';

/** A running watch: holds each tree against what it delivered last. */
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

  /** The next look delivers, whether anything changed or not. */
  forget(): void {
    this.#delivered = undefined;
  }

  dispose(): void {
    this.#disposed = true;
  }
}
