import { connect, createServer, type Socket } from 'node:net';
import { type Address, freePort } from '@ndsr/zookeeper-testing';
import { onTestFinished } from 'vitest';

/** Passes connections on and notes when the last byte was handed to a client. */
export class ByteTap {
  readonly address: string;
  /** By the clock that only grows. */
  lastByteAt = Number.NEGATIVE_INFINITY;

  private constructor(address: string) {
    this.address = address;
  }

  static async open({ host, port }: Address): Promise<ByteTap> {
    const own = await freePort();
    const tap = new ByteTap(`127.0.0.1:${own}`);
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect({ host, port });
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
      }
      upstream.on('data', () => {
        tap.lastByteAt = performance.now();
      });
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return tap;
  }
}
