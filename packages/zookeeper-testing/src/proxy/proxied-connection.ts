import type { Socket } from 'node:net';
import { type ProxyFault, pipeRule } from './proxy-fault.js';
import { ProxyPipe, reset } from './proxy-pipe.js';

/** One client's connection through the proxy: two sockets and a pipe in each direction between them. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #toServer: ProxyPipe;
  readonly #toClient: ProxyPipe;

  /**
   * Both sockets must allow half-open connections: an end of stream is forwarded like bytes, and held back like them.
   *
   * @param onGone runs once when both sockets are closed
   */
  constructor(client: Socket, server: Socket, fault: ProxyFault, onGone: () => void) {
    this.#client = client;
    this.#server = server;
    const cut = (): void => this.cut();
    this.#toServer = new ProxyPipe(client, server, pipeRule(fault, 'to-server'), cut);
    this.#toClient = new ProxyPipe(server, client, pipeRule(fault, 'to-client'), cut);
    const onClose = (): void => {
      if (client.closed && server.closed) onGone();
    };
    client.once('close', onClose);
    server.once('close', onClose);
  }

  /** True while the client has its end open, whether the server knows it or not. */
  get isClientOpen(): boolean {
    return !this.#client.destroyed && !this.#client.readableEnded;
  }

  apply(fault: ProxyFault): void {
    this.#toServer.setRule(pipeRule(fault, 'to-server'));
    this.#toClient.setRule(pipeRule(fault, 'to-client'));
  }

  /** Closes both ends now, orderly or with a reset; data that is held back is lost. */
  cut(how: 'end' | 'reset' = 'end'): void {
    this.#toServer.discard();
    this.#toClient.discard();
    for (const socket of [this.#client, this.#server]) {
      if (how === 'reset') reset(socket);
      else socket.destroy();
    }
  }
}
