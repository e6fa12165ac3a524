import { type ErrorCode, NoConnectionError, type ServiceRegistryError } from '@ndsr/core/backend';
import type { Outcome } from './node-reader.js';
import type { Look } from './node-view.js';

interface Known {
  readonly look: Look;
  readonly code: ErrorCode;
}

/** Looks that get no answer though there is a connection (not permitted, for one): to be tried again, and told of once. */
export class Unreadable {
  /** Undefined while there is none, as nearly always: there are many of these. */
  #known: Map<string, Known> | undefined;

  get isEmpty(): boolean {
    return this.#known === undefined || this.#known.size === 0;
  }

  /** Whether it is more than some children that cannot be read. */
  get hidesNode(): boolean {
    return this.looks.some(({ what }) => what !== 'child');
  }

  get looks(): readonly Look[] {
    return [...(this.#known?.values() ?? [])].map(({ look }) => look);
  }

  /** Takes in what became of some looks. Returns the first error that was not known already. */
  note(outcomes: readonly Outcome[]): ServiceRegistryError | undefined {
    let news: ServiceRegistryError | undefined;
    for (const { look, error } of outcomes) {
      // Says nothing about the look.
      if (error instanceof NoConnectionError) continue;
      const key = look.what === 'child' ? `child ${look.name}` : look.what;
      if (error === undefined) this.#known?.delete(key);
      else {
        this.#known ??= new Map();
        if (this.#known.get(key)?.code !== error.code) news ??= error;
        this.#known.set(key, { look, code: error.code });
      }
    }
    return news;
  }

  /** Gives up on the looks that do not pass. */
  keep(passes: (look: Look) => boolean): void {
    for (const [key, { look }] of this.#known ?? []) if (!passes(look)) this.#known?.delete(key);
  }
}
