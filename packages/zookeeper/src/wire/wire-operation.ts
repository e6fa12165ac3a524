import type { JuteReader } from '@ndsr/zookeeper-common';
import type { JuteType } from './jute-types.js';

/** A request of the protocol, and its reply. */
export interface WireOperation<Body, Reply> {
  readonly opCode: number;
  readonly body: JuteType<Body>;
  /** Reads the body of the reply. Throws a `MalformedFrameError`, or a `ZooKeeperError` if the body says that the request failed. */
  readonly read: (reader: JuteReader) => Reply;
  /** The result for a node that does not exist, if that is no error. */
  readonly missing?: () => Reply;
}
