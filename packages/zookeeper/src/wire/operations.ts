import type { NodeStat } from '@ndsr/core/backend';
import {
  type JuteReader,
  opCodes,
  readChildrenReply,
  readCreateReply,
  readDataReply,
  readMultiReply,
  readStat,
} from '@ndsr/zookeeper-common';
import { errorOf } from './error-names.js';
import type { JuteType } from './jute-types.js';
import { multiRequest } from './multi-request.js';
import * as records from './records.js';
import type { WireOperation } from './wire-operation.js';

type Read<Reply> = (reader: JuteReader) => Reply;

/** Names and paths may also be null or invalid. The layers above the port check that (`reply-content.ts`): only the call fails. */
interface ChildrenReply {
  readonly names: readonly string[];
  readonly stat: NodeStat;
}

const noToken: Uint8Array = new Uint8Array(0);

const nothing = (): void => undefined;

/** Checks a reply, and returns nothing: so every call settles in the same number of turns, in the order of the answers. */
function ignoring(read: (reader: JuteReader) => unknown): (reader: JuteReader) => void {
  return (reader) => void read(reader);
}

/** The result of an operation of a transaction that failed because another one did. */
const otherFailed = -2;

/** @param results the error number of each operation of a transaction */
function assertCommitted(results: readonly number[]): void {
  const failure = results.find((number) => number !== 0 && number !== otherFailed) ?? results.find(Boolean);
  if (failure !== undefined) throw errorOf(failure);
}

/** Data that is kept must not keep the much larger chunk alive in which it was received. */
function readOwnData(reader: JuteReader): { readonly data: Uint8Array | null; readonly stat: NodeStat } {
  const { data, stat } = readDataReply(reader);
  const isSmallPart = data !== null && data.length < data.buffer.byteLength / 2;
  return { data: isSmallPart ? new Uint8Array(data) : data, stat };
}

function operation<Body, Reply>(
  opCode: number,
  body: JuteType<Body>,
  read: (reader: JuteReader) => Reply,
): WireOperation<Body, Reply> {
  return { opCode, body, read };
}

/** The requests that the client makes. */
export const operations = {
  exists: {
    ...operation(opCodes.exists, records.existsRequest, (reader): NodeStat | null => readStat(reader)),
    missing: (): null => null,
  },
  getData: operation(opCodes.getData, records.getDataRequest, readOwnData),
  getChildren: operation(opCodes.getChildren, records.getChildren2Request, readChildrenReply as Read<ChildrenReply>),
  create: operation(opCodes.create, records.createRequest, ignoring(readCreateReply)),
  createSequential: operation(opCodes.create, records.createRequest, readCreateReply as Read<string>),
  setData: operation(opCodes.setData, records.setDataRequest, ignoring(readStat)),
  remove: operation(opCodes.remove, records.deleteRequest, nothing),
  multi: operation(opCodes.multi, multiRequest, (reader) => assertCommitted(readMultiReply(reader))),
  /** The error code that the servers append is in the header too. */
  addWatch: operation(opCodes.addWatch, records.addWatchRequest, nothing),
  removeWatches: operation(opCodes.removeWatches, records.removeWatchesRequest, nothing),
  /** The token of the server; empty if there is none. */
  sasl: operation(opCodes.sasl, records.getSaslRequest, (reader) => reader.buffer() ?? noToken),
  setWatches: operation(opCodes.setWatches, records.setWatches, nothing),
};
