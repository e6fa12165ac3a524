import { errorNumbers } from '../client/zookeeper-error.js';
import { isErrorNumber } from '../errors/error-table.js';

/** A server that does not know a request ends the connection, old ones without an answer. A server that knows it may do so too, but not every time. */
const maxUnanswered = 3;

/** Finds out whether the servers support a kind of request that older ones do not know, by the outcomes of such requests. */
export class ServerFeature {
  #isSupported: boolean;
  /** Consecutive connections that ended without an answer to such a request. */
  #unanswered = 0;
  #isCounted = false;

  /** @param isSupported false if the client library does not support it, or the user disabled it */
  constructor(isSupported: boolean) {
    this.#isSupported = isSupported;
  }

  /** True until a request has failed for lack of support. */
  get isSupported(): boolean {
    return this.#isSupported;
  }

  connected(): void {
    this.#isCounted = false;
  }

  answered(): void {
    this.#unanswered = 0;
  }

  /** @param sent whether the request had been sent before it failed */
  failed(thrown: unknown, sent: boolean): void {
    if (isErrorNumber(thrown, errorNumbers.unimplemented)) this.#isSupported = false;
    else if (isErrorNumber(thrown, errorNumbers.connectionLoss) && sent) this.#countConnection();
  }

  #countConnection(): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    this.#unanswered += 1;
    if (this.#unanswered === maxUnanswered) this.#isSupported = false;
  }
}
