import { errorNumbers } from '../client/zookeeper-error.js';
import { isErrorNumber } from '../errors/error-table.js';

/** A server that does not know a request ends the connection, old ones without an answer. So may one that knows it, but not each time. */
const mostUnanswered = 3;

/** Whether the servers support a kind of request that older ones do not know: found out by what becomes of such requests. */
export class ServerFeature {
  #isSupported: boolean;
  /** Connections, one after the other, that ended without an answer to any. */
  #unanswered = 0;
  #isCounted = false;

  /** @param isSupported false where the client library or the user has none */
  constructor(isSupported: boolean) {
    this.#isSupported = isSupported;
  }

  /** As far as is known: not yet asked counts as supported. */
  get isSupported(): boolean {
    return this.#isSupported;
  }

  connected(): void {
    this.#isCounted = false;
  }

  answered(): void {
    this.#unanswered = 0;
  }

  /** @param sent whether it had been sent before it failed */
  failed(thrown: unknown, sent: boolean): void {
    if (isErrorNumber(thrown, errorNumbers.unimplemented)) this.#isSupported = false;
    else if (isErrorNumber(thrown, errorNumbers.connectionLoss) && sent) this.#countConnection();
  }

  #countConnection(): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    this.#unanswered += 1;
    if (this.#unanswered === mostUnanswered) this.#isSupported = false;
  }
}
