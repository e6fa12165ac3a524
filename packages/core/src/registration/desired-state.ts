import type { EncodedData } from '../codec/encode.js';
import type { NodeKind } from '../node/node-kind.js';
import type { Payload } from './quarantine.js';

/** The node that the application wants at a path, or that it wants none. */
export type DesiredState =
  | {
      readonly state: 'present';
      readonly kind: NodeKind;
      readonly data: EncodedData;
      /** False when the caller passed no data: any existing data is then accepted. */
      readonly explicit: boolean;
    }
  | { readonly state: 'absent'; readonly scope: RemovalScope };

/**
 * Which nodes may be removed: only ephemeral nodes of this registry's own sessions (`own`); those and persistent nodes,
 * no matter which client wrote them (`unowned`); any node (`any`).
 */
export type RemovalScope = 'own' | 'unowned' | 'any';

/** The payload of the request that brings `path` to `desired`. A removal sends little more than the path. */
export function payloadOf(path: string, desired: DesiredState): Payload {
  const bytes = Buffer.byteLength(path);
  if (desired.state === 'absent') return { request: desired, bytes };
  return { request: desired.data, bytes: bytes + desired.data.bytes.length };
}
