import type { RawNode } from '../backend/raw-node.js';
import type { ReadOptions, RegistryBackend } from '../backend/registry-backend.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Clock } from '../time/clock.js';

function noop(): void {
  // Nothing waits.
}

/** Waits for a node to meet a condition, or for some time. Any event can interrupt the wait; the caller then checks again. */
export class InterruptibleWait {
  #settle: () => void = noop;
  #interrupted = false;

  /** Ends the current wait; without one, the next wait ends at once. */
  interrupt(): void {
    this.#interrupted = true;
    this.#settle();
  }

  /** Clears earlier interruptions. */
  reset(): void {
    this.#interrupted = false;
  }

  /** Resolves to the node at `path` once `ready(node)` is true; to undefined if interrupted first. */
  async forNode(
    backend: RegistryBackend,
    path: string,
    options: ReadOptions,
    ready: (node: RawNode) => boolean,
  ): Promise<RawNode | undefined> {
    let found: RawNode | undefined;
    let refused: ServiceRegistryError | undefined;
    await this.#until((settle) => {
      const watch = backend.watch(path, options, {
        node(node) {
          if (!ready(node)) return;
          found = node;
          settle();
        },
        fault(error) {
          refused = error;
          settle();
        },
      });
      return () => watch.dispose();
    });
    if (refused !== undefined) throw refused;
    return found;
  }

  /** Resolves after `ms`, or when interrupted; `Infinity` waits for an interruption only. */
  forTime(clock: Clock, ms: number): Promise<void> {
    return this.#until((settle) => (Number.isFinite(ms) ? clock.timer(ms, settle) : noop));
  }

  #until(begin: (settle: () => void) => () => void): Promise<void> {
    if (this.#interrupted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = begin(() => this.#settle());
      this.#settle = () => {
        this.#settle = noop;
        end();
        resolve();
      };
    });
  }
}
