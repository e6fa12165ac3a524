import { opCodes } from '@ndsr/zookeeper-common';
import type { LibraryRequest } from './library-types.js';

const pingXid = -2;
const authXid = -4;

/**
 * A request in the library's format, with a serialized body. The library assigns its number when it is sent.
 *
 * @param answeredAs the type by which the library decodes the answer: it closes the connection for types that it does not know
 */
export function rawRequest(type: number, body: Buffer, answeredAs = type): LibraryRequest {
  const header = { xid: 0, type: answeredAs };
  return {
    header,
    payload: null,
    toBuffer() {
      const head = Buffer.alloc(12);
      head.writeInt32BE(8 + body.length, 0);
      head.writeInt32BE(header.xid, 4);
      head.writeInt32BE(type, 8);
      return Buffer.concat([head, body]);
    },
  };
}

export function pingRequest(): LibraryRequest {
  const request = rawRequest(opCodes.ping, Buffer.alloc(0));
  request.header.xid = pingXid;
  return request;
}

/** Credentials. The library itself sends them only at the beginning of a connection, or at once. */
export function authRequest(digest: Buffer): LibraryRequest {
  const request = rawRequest(
    opCodes.auth,
    Buffer.concat([noType, withLength(Buffer.from('digest')), withLength(digest)]),
  );
  request.header.xid = authXid;
  return request;
}

/** Arms a persistent recursive watch. The error code that the servers append to their answer is also in its header. */
export function addWatchRequest(path: string): LibraryRequest {
  return rawRequest(opCodes.addWatch, withNumber(path, recursiveMode), opCodes.remove);
}

/** Removes all watches of `path` itself, of any kind. */
export function removeWatchesRequest(path: string): LibraryRequest {
  return rawRequest(opCodes.removeWatches, withNumber(path, anyKind), opCodes.remove);
}

const recursiveMode = 1;
const anyKind = 3;

function withNumber(path: string, number: number): Buffer {
  const last = Buffer.alloc(4);
  last.writeInt32BE(number);
  return Buffer.concat([withLength(Buffer.from(path)), last]);
}

/** The type of the authentication; the servers ignore it. */
const noType = Buffer.alloc(4);

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
