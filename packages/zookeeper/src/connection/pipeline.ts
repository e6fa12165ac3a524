import { Fifo, type JuteReader, MalformedFrameError, opCodes, type ReplyHeader } from '@ndsr/zookeeper-common';
import { authPacket, empty } from '../wire/records.js';
import type { WireOperation } from '../wire/wire-operation.js';
import type { Call } from './call.js';
import type { Outbox } from './outbox.js';

/** The numbers of requests outside the sequence: `org.apache.zookeeper.ClientCnxn`. */
const xids = { ping: -2, auth: -4 } as const;
/** Negative numbers are reserved. */
const maxXid = 0x7fff_ffff;

// biome-ignore lint/suspicious/noExplicitAny: each call has a reply of its own
type AnyCall = Call<any>;

/** The requests in flight on a connection. The servers answer them in the order in which they were sent. */
export class Pipeline {
  readonly #outbox: Outbox;
  readonly #onRefusedCredentials: () => void;
  /** The request whose answer is due. */
  #next: AnyCall | undefined;
  readonly #others = new Fifo<AnyCall>();
  /** The numbers of pings and of credentials in flight, which the servers answer outside the sequence. */
  #pings = 0;
  #auths = 0;
  #xid: number;

  /** @param lastXid the number before the first one */
  constructor(outbox: Outbox, onRefusedCredentials: () => void, lastXid = 0) {
    this.#outbox = outbox;
    this.#onRefusedCredentials = onRefusedCredentials;
    this.#xid = lastXid;
  }

  /** Sends a request. @throws {RangeError} if it is longer than the servers accept; then nothing is sent */
  send<Body, Reply>({ opCode, body }: WireOperation<Body, Reply>, value: Body, call: Call<Reply>): void {
    call.xid = this.#sequence(opCode, body, value);
    if (this.#next === undefined) this.#next = call;
    else this.#others.push(call);
  }

  ping(): void {
    this.#pings += 1;
    this.#outbox.send(xids.ping, opCodes.ping, empty, {});
  }

  /** Sends credentials of the scheme `digest`. */
  authenticate(digest: Buffer): void {
    this.#auths += 1;
    this.#outbox.send(xids.auth, opCodes.auth, authPacket, { type: 0, scheme: 'digest', auth: digest });
  }

  /** Sends the request that ends the session; its answer is not awaited here. Returns its number. */
  closeSession(): number {
    return this.#sequence(opCodes.close, empty, {});
  }

  /**
   * Settles the request whose answer this is.
   * @throws {MalformedFrameError} if it answers another request, or none; or if its body cannot be read
   */
  answer({ xid, errorNumber }: ReplyHeader, reader: JuteReader): void {
    if (xid === xids.ping && this.#pings > 0) {
      this.#pings -= 1;
    } else if (xid === xids.auth && this.#auths > 0) {
      this.#auths -= 1;
      if (errorNumber !== 0) this.#onRefusedCredentials();
    } else {
      const call = this.#next;
      if (call?.xid !== xid)
        throw new MalformedFrameError(`an answer to request ${xid}; expected ${call?.xid ?? 'none'}`);
      call.answer(errorNumber, reader);
      // An answer that ends the connection leaves nothing in flight.
      if (this.#next === call) this.#next = this.#others.shift();
    }
  }

  /** Rejects everything in flight with CONNECTION_LOSS. */
  abandon(): void {
    const calls = this.#next === undefined ? [] : [this.#next, ...this.#others.drain()];
    this.#next = undefined;
    for (const call of calls) call.abandon();
  }

  #sequence<Body>(opCode: number, type: WireOperation<Body, unknown>['body'], body: Body): number {
    const xid = this.#xid === maxXid ? 1 : this.#xid + 1;
    this.#outbox.send(xid, opCode, type, body);
    this.#xid = xid;
    return xid;
  }
}
