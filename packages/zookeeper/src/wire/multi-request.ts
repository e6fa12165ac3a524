import { opCodes } from '@ndsr/zookeeper-common';
import type { JuteType, ValueOf } from './jute-types.js';
import { createRequest, deleteRequest, multiHeader } from './records.js';

/** An operation of a transaction. */
export type MultiOperation =
  | { readonly type: typeof opCodes.create; readonly body: ValueOf<typeof createRequest> }
  | { readonly type: typeof opCodes.remove; readonly body: ValueOf<typeof deleteRequest> };

const end = { type: -1, done: true, err: -1 };

/**
 * `org.apache.zookeeper.MultiOperationRecord`, which is not in zookeeper.jute: a `MultiHeader` and a request for each operation, then a
 * `MultiHeader` that is `done`.
 */
export const multiRequest: JuteType<readonly MultiOperation[]> = {
  write: (writer, operations) => {
    for (const { type, body } of operations) {
      multiHeader.write(writer, { type, done: false, err: -1 });
      if (type === opCodes.create) createRequest.write(writer, body);
      else deleteRequest.write(writer, body);
    }
    multiHeader.write(writer, end);
  },
};
