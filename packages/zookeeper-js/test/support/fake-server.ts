import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { FrameReader } from '@ndsr/zookeeper-common';

export const opCodes = {
  exists: 3,
  getData: 4,
  setData: 5,
  ping: 11,
  getChildren: 12,
  auth: 100,
  setWatches: 101,
  close: -11,
} as const;

export interface FakeRequest {
  readonly xid: number;
  readonly type: number;
  /** The whole frame, length and header included. */
  readonly frame: Buffer;
  readonly socket: Socket;
}

/** Answers to what a test is about; `undefined` leaves it to the fake server, `null` is no answer. */
export type Answer = (request: FakeRequest) => Buffer | null | undefined;

export interface FakeServerOptions {
  readonly timeoutMs?: number;
  readonly answer?: Answer;
  /** The answer to the greeting; null is none. */
  readonly greeting?: () => Buffer | null;
  /** What it proves itself with over TLS; without it speaks in the clear. */
  readonly tls?: TlsOptions;
}

/** Speaks enough of the protocol to say to a client what no real server would say on demand. */
export class FakeServer implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly requests: FakeRequest[] = [];
  readonly connectedAt: number[] = [];
  /** Greetings that clients have sent. */
  greetings = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  answer: Answer;
  readonly #greeting: () => Buffer | null;

  private constructor(server: Server, { timeoutMs = 2000, answer, greeting, tls }: FakeServerOptions) {
    this.#server = server;
    this.answer = answer ?? (() => undefined);
    this.#greeting = greeting ?? (() => greetingFrame(timeoutMs));
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => this.#serve(socket));
  }

  static async start(options: FakeServerOptions = {}): Promise<FakeServer> {
    const fake = new FakeServer(options.tls === undefined ? createServer() : createTlsServer(options.tls), options);
    fake.#server.listen(0, fake.host);
    await once(fake.#server, 'listening');
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Requests by kind, pings left out. */
  types(): number[] {
    return this.requests.map(({ type }) => type).filter((type) => type !== opCodes.ping);
  }

  /** To all connections. */
  send(bytes: Buffer): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

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
    let greeted = false;
    this.connectedAt.push(performance.now());
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame !== null; frame = reader.next()) {
        if (greeted) this.#request(socket, Buffer.from(frame));
        else this.#greet(socket);
        greeted = true;
      }
    });
  }

  #greet(socket: Socket): void {
    this.greetings += 1;
    this.#write(socket, this.#greeting());
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

function usualAnswer({ xid, type }: FakeRequest): Buffer | null {
  if (type === opCodes.exists) return reply(xid, 0, Buffer.alloc(statBytes));
  if (type === opCodes.getData)
    return reply(xid, 0, Buffer.concat([int(2), Buffer.from('{}'), Buffer.alloc(statBytes)]));
  if (type === opCodes.getChildren) return reply(xid, 0, Buffer.concat([int(0), Buffer.alloc(statBytes)]));
  return reply(xid);
}

const longestRequestBytes = 0x10_0000;

export const statBytes = 68;

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function frameOf(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([int(body.length), body]);
}

export function greetingFrame(timeoutMs: number, sessionId = 7n): Buffer {
  const id = Buffer.alloc(8);
  id.writeBigInt64BE(sessionId);
  return frameOf(int(0), int(timeoutMs), id, int(16), Buffer.alloc(16), Buffer.alloc(1));
}

export function reply(xid: number, error = 0, body: Buffer = Buffer.alloc(0), zxid = 1n): Buffer {
  const id = Buffer.alloc(8);
  id.writeBigInt64BE(zxid);
  return frameOf(int(xid), id, int(error), body);
}

export function watchEventFrame(type: number, path: string | null): Buffer {
  const bytes = Buffer.from(path ?? '');
  return reply(-1, 0, Buffer.concat([int(type), int(3), int(path === null ? -1 : bytes.length), bytes]), -1n);
}
