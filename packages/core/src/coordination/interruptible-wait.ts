import type { ChildDetail, RawNode } from '../backend/raw-node.js';
import type { RegistryBackend } from '../backend/registry-backend.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Clock } from '../time/clock.js';

function noop(): void {
  // Nobody waits.
}

/** Waits for what a watch shows, or for some time; whatever happens meanwhile can end the wait, so that one looks afresh. */
export class InterruptibleWait {
  #settle: () => void = noop;
  #interrupted = false;

  /** Ends the wait, or the next one at once where there is none at the moment. */
  interrupt(): void {
    this.#interrupted = true;
    this.#settle();
  }

  /** Interruptions until now are taken note of. */
  reset(): void {
    this.#interrupted = false;
  }

  /** The node at `path` as soon as `ready(node)`; undefined when interrupted before. */
  async forNode(
    backend: RegistryBackend,
    path: string,
    children: ChildDetail,
    ready: (node: RawNode) => boolean,
  ): Promise<RawNode | undefined> {
    let found: RawNode | undefined;
    let refused: ServiceRegistryError | undefined;
    await this.#until((settle) => {
      const watch = backend.watch(
        path,
        { children },
        {
          node(node) {
            if (!ready(node)) return;
            found = node;
            settle();
          },
          fault(error) {
            refused = error;
            settle();
          },
        },
      );
      return () => watch.dispose();
    });
    if (refused !== undefined) throw refused;
    return found;
  }

  /** Resolves after `ms`; for ever is `Infinity`. */
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
