import type { RawNode } from '../backend/raw-node.js';
import type { BackendWatch, RegistryBackend } from '../backend/registry-backend.js';

/** Watches a node that proves ownership, from right before it is created: the same watch shows its stat first, and later its loss. */
export class OwnedNodeWatch {
  readonly #watch: BackendWatch;
  #latest: RawNode | undefined;
  #listener: ((node: RawNode) => void) | undefined;

  constructor(path: string, backend: RegistryBackend) {
    this.#watch = backend.watch(
      path,
      { children: 'none' },
      {
        node: (node) => {
          this.#latest = node;
          this.#listener?.(node);
        },
        // An unreadable node may still exist.
        fault: () => undefined,
      },
    );
  }

  /** The node as it was delivered last. */
  get latest(): RawNode | undefined {
    return this.#latest;
  }

  /** Calls `listener` with the latest node at once, if there is one, and with each later one. */
  listen(listener: (node: RawNode) => void): void {
    this.#listener = listener;
    if (this.#latest !== undefined) listener(this.#latest);
  }

  dispose(): void {
    this.#watch.dispose();
  }
}
