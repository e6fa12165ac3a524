import type { Socket } from 'node:net';
import { type Fault, laneRule } from './fault.js';
import { Lane, reset } from './lane.js';

/** One client's connection through the proxy: two sockets and a lane each way between them. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #toServer: Lane;
  readonly #toClient: Lane;

  /**
   * Both sockets must allow half-open connections: an end of stream is forwarded like bytes, and held back like them.
   *
   * @param onGone runs once when both sockets are closed
   */
  constructor(client: Socket, server: Socket, fault: Fault, onGone: () => void) {
    this.#client = client;
    this.#server = server;
    const cut = (): void => this.cut();
    this.#toServer = new Lane(client, server, laneRule(fault, 'to-server'), cut);
    this.#toClient = new Lane(server, client, laneRule(fault, 'to-client'), cut);
    const onClose = (): void => {
      if (client.closed && server.closed) onGone();
    };
    client.once('close', onClose);
    server.once('close', onClose);
  }

  /** Whether the client still has its end open, whatever the server knows of it. */
  get clientIsThere(): boolean {
    return !this.#client.destroyed && !this.#client.readableEnded;
  }

  apply(fault: Fault): void {
    this.#toServer.follow(laneRule(fault, 'to-server'));
    this.#toClient.follow(laneRule(fault, 'to-client'));
  }

  /** Closes both ends now, in the orderly way or with a reset; what is held back is lost. */
  cut(how: 'end' | 'reset' = 'end'): void {
    this.#toServer.discard();
    this.#toClient.discard();
    for (const socket of [this.#client, this.#server]) {
      if (how === 'reset') reset(socket);
      else socket.destroy();
    }
  }
}
