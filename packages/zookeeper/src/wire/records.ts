// The records that the client sends, one table for each class of ZooKeeper's protocol definition,
// zookeeper-jute/src/main/resources/zookeeper.jute. The fields have the names and the order of the definition.
import { boolean, buffer, int, long, record, ustring, vector } from './jute-types.js';

/** `org.apache.zookeeper.data.Id` */
const id = record({ scheme: ustring, id: ustring });

/** `org.apache.zookeeper.data.ACL` */
export const acl = record({ perms: int, id });

/** `org.apache.zookeeper.proto.ConnectRequest`. Servers before 3.4 ignore `readOnly`. */
export const connectRequest = record({
  protocolVersion: int,
  lastZxidSeen: long,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
  readOnly: boolean,
});

/** `org.apache.zookeeper.proto.AuthPacket` */
export const authPacket = record({ type: int, scheme: ustring, auth: buffer });

/** `org.apache.zookeeper.proto.GetSASLRequest` */
export const getSaslRequest = record({ token: buffer });

/** `org.apache.zookeeper.proto.SetWatches` */
export const setWatches = record({
  relativeZxid: long,
  dataWatches: vector(ustring),
  existWatches: vector(ustring),
  childWatches: vector(ustring),
});

/** `org.apache.zookeeper.proto.ExistsRequest` */
export const existsRequest = record({ path: ustring, watch: boolean });

/** `org.apache.zookeeper.proto.GetDataRequest` */
export const getDataRequest = record({ path: ustring, watch: boolean });

/** `org.apache.zookeeper.proto.GetChildren2Request` */
export const getChildren2Request = record({ path: ustring, watch: boolean });

/** `org.apache.zookeeper.proto.CreateRequest` */
export const createRequest = record({ path: ustring, data: buffer, acl: vector(acl), flags: int });

/** `org.apache.zookeeper.proto.SetDataRequest` */
export const setDataRequest = record({ path: ustring, data: buffer, version: int });

/** `org.apache.zookeeper.proto.DeleteRequest` */
export const deleteRequest = record({ path: ustring, version: int });

/** `org.apache.zookeeper.proto.AddWatchRequest` */
export const addWatchRequest = record({ path: ustring, mode: int });

/** `org.apache.zookeeper.proto.RemoveWatchesRequest` */
export const removeWatchesRequest = record({ path: ustring, type: int });

/** `org.apache.zookeeper.proto.MultiHeader` */
export const multiHeader = record({ type: int, done: boolean, err: int });

/** A request without a body: a ping, the end of a session. */
export const empty = record({});
