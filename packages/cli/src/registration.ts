import { type DataInput, NotOwnerError, type RegistryEvents, type ServiceRegistry } from '@ndsr/core';
import type { Talk } from './talk.js';

/** The message for a lost registration; undefined when the registry itself has reported the reason. */
const words: Readonly<Record<RegistryEvents['unregistered']['reason'], string | undefined>> = {
  unset: 'is withdrawn',
  stopped: 'is withdrawn',
  lost: 'went with its session, and will be registered again',
  removed: 'was removed by somebody, and is restored',
  taken: undefined,
};

/** A node that exists while a service is up. Calls are serialized; the latest desired state wins. */
export class Registration {
  readonly #registry: ServiceRegistry;
  readonly #path: string;
  readonly #data: DataInput | undefined;
  #wanted = false;
  #working: Promise<void> = Promise.resolve();

  constructor(registry: ServiceRegistry, path: string, data: DataInput | undefined, talk: Talk) {
    this.#registry = registry;
    this.#path = path;
    this.#data = data;
    registry.on('registered', () => talk.say(`${path} is registered`));
    registry.on('unregistered', ({ reason }) => {
      const said = words[reason];
      if (said !== undefined) talk.say(`${path} ${said}`);
    });
  }

  /** @throws the registry's rejection; without a connection the call is deferred */
  set(wanted: boolean): Promise<void> {
    if (wanted === this.#wanted) return this.#working;
    this.#wanted = wanted;
    this.#working = this.#working.then(() => (wanted ? this.#register() : this.#withdraw()));
    return this.#working;
  }

  async #register(): Promise<void> {
    await this.#registry.setNode(this.#path, this.#data);
  }

  async #withdraw(): Promise<void> {
    try {
      await this.#registry.unset(this.#path);
    } catch (error) {
      // Another process owns the node by now.
      if (!(error instanceof NotOwnerError)) throw error;
    }
  }
}
