import { connectionLoss, errorNumbers, type JuteReader, ZooKeeperError } from '@ndsr/zookeeper-common';
import type { PendingWatch, WatchKind, WatchTable } from '../watch/watch-table.js';
import { errorOf } from '../wire/error-names.js';
import type { WireOperation } from '../wire/wire-operation.js';

/** The watch that a read arms. */
export interface Arming {
  readonly table: WatchTable;
  readonly pending: PendingWatch;
  /** The watch on a node that exists. On a missing one, only `exists` arms a watch. */
  readonly kind: WatchKind;
}

/** A request, from its creation to its answer. One object, since hundreds are in flight. */
export class Call<Reply> {
  /** The number of the request, which its answer has too. Assigned when it is sent. */
  xid = 0;
  readonly #operation: Pick<WireOperation<never, Reply>, 'read' | 'missing'>;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: Error) => void;
  readonly #arming: Arming | undefined;

  constructor(
    operation: Pick<WireOperation<never, Reply>, 'read' | 'missing'>,
    resolve: (reply: Reply) => void,
    reject: (error: Error) => void,
    arming?: Arming,
  ) {
    this.#operation = operation;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#arming = arming;
  }

  /** Settles it. @throws {MalformedFrameError} if the reply cannot be read; then it is not settled */
  answer(errorNumber: number, reader: JuteReader): void {
    const { missing } = this.#operation;
    if (errorNumber === 0) {
      this.#read(reader);
    } else if (errorNumber === errorNumbers.noNode && missing !== undefined) {
      this.#endArming('existence');
      this.#resolve(missing());
    } else {
      this.fail(errorOf(errorNumber));
    }
  }

  /** Rejects it because the connection ends. Whether the servers carried it out is unknown. */
  abandon(): void {
    this.fail(connectionLoss());
  }

  #read(reader: JuteReader): void {
    try {
      const reply = this.#operation.read(reader);
      this.#endArming(this.#arming?.kind ?? null);
      this.#resolve(reply);
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      this.fail(error);
    }
  }

  /** Rejects it, and arms nothing. */
  fail(error: ZooKeeperError): void {
    this.#endArming(null);
    this.#reject(error);
  }

  #endArming(kind: WatchKind | null): void {
    this.#arming?.table.endRead(this.#arming.pending, kind);
  }
}
