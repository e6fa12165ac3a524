import type { AclRule, CreateMode, ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { FakeTree } from './fake-tree.js';

/** Recorded but not enforced: every client has all permissions here. Undefined: open to all. */
type Acl = readonly AclRule[] | undefined;

/** A request as the servers receive it. */
export type FakeRequest =
  | { readonly what: 'exists' | 'getData' | 'getChildren'; readonly path: string; readonly watch: boolean }
  | { readonly what: 'watchRecursively' | 'removeWatches'; readonly path: string }
  | {
      readonly what: 'create';
      readonly path: string;
      readonly data: Uint8Array | null;
      readonly mode: CreateMode;
      readonly acl: Acl;
    }
  | { readonly what: 'createSequential'; readonly path: string; readonly data: Uint8Array; readonly acl: Acl }
  | { readonly what: 'setData'; readonly path: string; readonly data: Uint8Array; readonly version: number }
  | { readonly what: 'remove'; readonly path: string; readonly version: number }
  | {
      readonly what: 'replace';
      readonly path: string;
      readonly version: number;
      readonly data: Uint8Array;
      readonly mode: CreateMode;
      readonly acl: Acl;
    }
  | {
      readonly what: 'createAndRemove';
      readonly path: string;
      readonly data: Uint8Array;
      readonly mode: CreateMode;
      readonly removing: string;
      readonly acl: Acl;
    };

/** A request that reached the servers, and its client. */
export interface LoggedRequest {
  readonly client: ZooKeeperClient;
  readonly request: FakeRequest;
}

/** Executes a request; throws a `ZooKeeperError`. */
export function perform(tree: FakeTree, request: FakeRequest, sessionId: bigint): unknown {
  switch (request.what) {
    case 'exists':
      return tree.statOf(request.path);
    case 'getData':
      return tree.getData(request.path);
    case 'getChildren':
      return tree.getChildren(request.path);
    case 'watchRecursively':
    case 'removeWatches':
      return undefined;
    case 'create':
      return tree.create(request.path, request.data, ownerOf(request.mode, sessionId));
    case 'createSequential':
      return tree.createSequential(request.path, request.data, sessionId);
    case 'setData':
      return tree.setData(request.path, request.data, request.version);
    case 'remove':
      return tree.remove(request.path, request.version);
    case 'replace':
      return tree.replace(request.path, request.version, request.data, ownerOf(request.mode, sessionId));
    case 'createAndRemove':
      return tree.createAndRemove(request.path, request.data, ownerOf(request.mode, sessionId), request.removing);
  }
}

function ownerOf(mode: CreateMode, sessionId: bigint): bigint {
  return mode === 'ephemeral' ? sessionId : 0n;
}
