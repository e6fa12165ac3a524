import { type DataInput, NotOwnerError, type ServiceRegistry } from '@ndsr/core';
import type { Context } from './context.js';

/** A node that is there while a service is up. The latest wish counts, one at a time. */
export class Registration {
  readonly #context: Context;
  readonly #registry: ServiceRegistry;
  readonly #path: string;
  readonly #data: DataInput | undefined;
  #wanted = false;
  #working: Promise<void> = Promise.resolve();

  constructor(context: Context, registry: ServiceRegistry, path: string, data: DataInput | undefined) {
    this.#context = context;
    this.#registry = registry;
    this.#path = path;
    this.#data = data;
  }

  /** @throws what the registry refuses; without a connection it is made up for later */
  set(wanted: boolean): Promise<void> {
    if (wanted === this.#wanted) return this.#working;
    this.#wanted = wanted;
    this.#working = this.#working.then(() => (wanted ? this.#register() : this.#withdraw()));
    return this.#working;
  }

  async #register(): Promise<void> {
    const stands = await this.#registry.setNode(this.#path, this.#data);
    this.#context.talk.say(
      stands ? `${this.#path} is registered` : `${this.#path} will be registered as soon as possible`,
    );
  }

  async #withdraw(): Promise<void> {
    try {
      await this.#registry.unset(this.#path);
      this.#context.talk.say(`${this.#path} is withdrawn`);
    } catch (error) {
      // Another process has it by now, and keeps it.
      if (!(error instanceof NotOwnerError)) throw error;
    }
  }
}
