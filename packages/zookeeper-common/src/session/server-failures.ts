import type { ServerFailure } from '@ndsr/core/backend';
import type { ServerAddress } from '../client/zookeeper-client.js';
import { formatAddress } from '../server-list/server-list.js';

const noAnswerYet = new Error('no answer yet');

/** The error of the last attempt at each server, for the errors of callers. */
export class ServerFailures {
  /** By address, in configuration order. */
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

  /** Called when there is a connection: earlier errors say nothing about the next outage. */
  clear(): void {
    for (const server of this.#errors.keys()) this.#errors.set(server, noAnswerYet);
  }
}
