import { connect } from 'node:net';
import type { Address } from '@ndsr/zookeeper-testing';

const opCodes = { create: 1, multi: 14, close: -11 } as const;
const allPermissions = 31;
/** Few enough for a busy server to carry them out before the session times out. */
const childrenInOne = 1_000;

/** Makes that many children with names of 64 bytes, in transactions, which keep neither a client nor the server busy. */
export async function createManyChildren({ host, port }: Address, parent: string, count: number): Promise<void> {
  const socket = connect({ host, port, noDelay: true });
  try {
    const answers = framesFrom(socket);
    const ask = async (body: readonly Buffer[]): Promise<Buffer> => {
      socket.write(frame(Buffer.concat(body)));
      const { value, done } = await answers.next();
      if (done === true) throw new Error('the server closed the connection');
      return value;
    };
    await ask([int(0), int(0), int(0), int(10_000), Buffer.alloc(8), int(16), Buffer.alloc(16)]);
    for (let first = 0; first < count; first += childrenInOne) {
      const creates = Array.from({ length: Math.min(childrenInOne, count - first) }, (_, i) =>
        creation(`${parent}/${String(first + i).padStart(64, '-')}`),
      );
      const error = (await ask([int(first + 1), int(opCodes.multi), ...creates, endOfMulti])).readInt32BE(16);
      if (error !== 0) throw new Error(`the server refused a transaction: ${error}`);
    }
    socket.write(frame(Buffer.concat([int(count + 1), int(opCodes.close)])));
  } finally {
    socket.end();
  }
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);
}

function partOfMulti(type: number, isEnd: boolean): Buffer {
  return Buffer.concat([int(type), Buffer.from([isEnd ? 1 : 0]), int(-1)]);
}

const endOfMulti = partOfMulti(-1, true);
const beforePath = partOfMulti(opCodes.create, false);
/** No data, open to everybody, persistent. */
const afterPath = Buffer.concat([text(''), int(1), int(allPermissions), text('world'), text('anyone'), int(0)]);

function creation(path: string): Buffer {
  return Buffer.concat([beforePath, text(path), afterPath]);
}

function frame(body: Buffer): Buffer {
  return Buffer.concat([int(body.length), body]);
}

async function* framesFrom(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      yield rest.subarray(0, end);
      rest = rest.subarray(end);
    }
  }
  return undefined;
}
