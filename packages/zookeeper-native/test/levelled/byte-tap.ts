import { type Address, TcpForwarder } from '@ndsr/zookeeper-testing';
import { onTestFinished } from 'vitest';

/** Forwards connections and records when the last byte was handed to a client. */
export class ByteTap {
  address = '';
  /** By the monotonic clock. */
  lastByteAt = Number.NEGATIVE_INFINITY;

  static async open(upstream: Address): Promise<ByteTap> {
    const tap = new ByteTap();
    const forwarder = await TcpForwarder.open(upstream, (_client, server) => {
      server.on('data', () => {
        tap.lastByteAt = performance.now();
      });
      return undefined;
    });
    onTestFinished(() => forwarder.close());
    tap.address = forwarder.address;
    return tap;
  }
}
