import type { ServerFailure } from '@ndsr/core/backend';
import type { ServerAddress } from '../client/zookeeper-client.js';
import { formatAddress } from '../server-list/server-list.js';

const noAnswerYet = new Error('no answer yet');

/** What the last attempt at each server failed with, for the errors of callers. */
export class ServerFailures {
  /** By address, in the order of the configuration. */
  readonly #errors: Map<string, Error>;

  constructor(servers: readonly ServerAddress[]) {
    this.#errors = new Map(servers.map((server) => [formatAddress(server), noAnswerYet]));
  }

  get list(): readonly ServerFailure[] {
    return [...this.#errors].map(([server, error]) => ({ server, error }));
  }

  failed(server: ServerAddress, error: Error): void {
    this.#errors.set(formatAddress(server), error);
  }

  /** There is a connection: what was known before says nothing about the next outage. */
  clear(): void {
    for (const server of this.#errors.keys()) this.#errors.set(server, noAnswerYet);
  }
}
