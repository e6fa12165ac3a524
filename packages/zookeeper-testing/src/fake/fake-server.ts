import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { FrameReader, opCodes } from '@ndsr/zookeeper-common';

/** A request that a `FakeServer` has received. */
export interface FakeServerRequest {
  readonly xid: number;
  readonly type: number;
  /** The whole frame, length and header included. */
  readonly frame: Buffer;
  readonly socket: Socket;
}

/** The answer to a request: its frame, `null` for none, or `undefined` for the usual one. */
export type FakeServerAnswer = (request: FakeServerRequest) => Buffer | null | undefined;

/** Options of a `FakeServer`. */
export interface FakeServerOptions {
  /** The session timeout that it grants. @default 2,000 */
  readonly timeoutMs?: number;
  /** Answers requests in place of the server. */
  readonly answer?: FakeServerAnswer;
  /** Returns the answer to a handshake; null for none. */
  readonly handshake?: () => Buffer | null;
  /** Its certificate and key, for TLS; without it the connection is plain TCP. */
  readonly tls?: TlsOptions;
}

/** A server that speaks enough of the protocol to give a client answers that no real server gives on demand. */
export class FakeServer implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly requests: FakeServerRequest[] = [];
  /** When each connection was accepted, by `performance.now()`. */
  readonly connectedAt: number[] = [];
  /** How many clients have begun a handshake. */
  handshakes = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** May be replaced at any time. */
  answer: FakeServerAnswer;
  readonly #handshake: () => Buffer | null;

  private constructor(server: Server, { timeoutMs = 2000, answer, handshake, tls }: FakeServerOptions) {
    this.#server = server;
    this.answer = answer ?? (() => undefined);
    this.#handshake = handshake ?? (() => handshakeFrame(timeoutMs));
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => this.#serve(socket));
  }

  /** Starts a server on a free port of 127.0.0.1. */
  static async start(options: FakeServerOptions = {}): Promise<FakeServer> {
    const fake = new FakeServer(options.tls === undefined ? createServer() : createTlsServer(options.tls), options);
    fake.#server.listen(0, fake.host);
    await once(fake.#server, 'listening');
    return fake;
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The number of open connections. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** The op codes of the requests so far, pings left out. */
  types(): number[] {
    return this.requests.map(({ type }) => type).filter((type) => type !== opCodes.ping);
  }

  /** Sends bytes over every connection. */
  send(bytes: Buffer): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await sleep(0);
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader(longestRequestBytes);
    let isHandshakeDone = false;
    this.connectedAt.push(performance.now());
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame !== null; frame = reader.next()) {
        if (isHandshakeDone) this.#request(socket, Buffer.from(frame));
        else this.#answerHandshake(socket);
        isHandshakeDone = true;
      }
    });
  }

  #answerHandshake(socket: Socket): void {
    this.handshakes += 1;
    this.#write(socket, this.#handshake());
  }

  #request(socket: Socket, frame: Buffer): void {
    const request = { xid: frame.readInt32BE(4), type: frame.readInt32BE(8), frame, socket };
    this.requests.push(request);
    const answer = this.answer(request);
    this.#write(socket, answer === undefined ? usualAnswer(request) : answer);
    if (request.type === opCodes.close) socket.end();
  }

  #write(socket: Socket, bytes: Buffer | null): void {
    if (bytes !== null && !socket.destroyed) socket.write(bytes);
  }
}

function usualAnswer({ xid, type }: FakeServerRequest): Buffer | null {
  if (type === opCodes.exists) return reply(xid, 0, Buffer.alloc(statBytes));
  if (type === opCodes.getData)
    return reply(xid, 0, Buffer.concat([int(2), Buffer.from('{}'), Buffer.alloc(statBytes)]));
  if (type === opCodes.getChildren) return reply(xid, 0, Buffer.concat([int(0), Buffer.alloc(statBytes)]));
  return reply(xid);
}

const longestRequestBytes = 0x10_0000;

/** The length of a serialized stat. */
export const statBytes = 68;

/** A 32-bit number, serialized. */
export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** A frame: the length of the parts, then the parts. */
export function frameOf(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([int(body.length), body]);
}

/** The answer to a handshake that gives a session; with a timeout of 0 the session has expired. */
export function handshakeFrame(timeoutMs: number, sessionId = 7n): Buffer {
  const id = Buffer.alloc(8);
  id.writeBigInt64BE(sessionId);
  return frameOf(int(0), int(timeoutMs), id, int(16), Buffer.alloc(16), Buffer.alloc(1));
}

/** The answer to the request with that number. */
export function reply(xid: number, error = 0, body: Buffer = Buffer.alloc(0), zxid = 1n): Buffer {
  const id = Buffer.alloc(8);
  id.writeBigInt64BE(zxid);
  return frameOf(int(xid), id, int(error), body);
}

/** A watch event: its numeric type and its path. */
export function watchEventFrame(type: number, path: string | null): Buffer {
  const bytes = Buffer.from(path ?? '');
  return reply(-1, 0, Buffer.concat([int(type), int(3), int(path === null ? -1 : bytes.length), bytes]), -1n);
}
