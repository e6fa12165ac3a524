import type { AclRule } from '@ndsr/zookeeper-common';
import zookeeper from 'node-zookeeper-client';
import type { LibraryAcl } from './library-types.js';

/** Undefined if there is none: the library then creates the node open to everybody. */
export function toLibraryAcl(acl: readonly AclRule[] | undefined): LibraryAcl[] | undefined {
  return acl?.map(({ scheme, id, permissions }) => new zookeeper.ACL(permissions, new zookeeper.Id(scheme, id)));
}
