import type { EncodedData } from '../codec/encode.js';
import type { NodeKind } from '../node/node-kind.js';
import type { Payload } from './quarantine.js';

/** What an application wants to be at a path. */
export type Wish =
  | {
      readonly state: 'present';
      readonly kind: NodeKind;
      readonly data: EncodedData;
      /** False when the caller gave no data: what is there already is then good as it is. */
      readonly explicit: boolean;
    }
  | { readonly state: 'absent'; readonly reach: Reach };

/**
 * Which nodes may be removed: only ephemeral ones of our own sessions (`own`); those and persistent ones, whoever wrote
 * them (`unowned`); whatever stands there (`any`).
 */
export type Reach = 'own' | 'unowned' | 'any';

/** What carrying out `wish` sends: a removal little more than the path. */
export function payloadOf(path: string, wish: Wish): Payload {
  const bytes = Buffer.byteLength(path);
  if (wish.state === 'absent') return { request: wish, bytes };
  return { request: wish.data, bytes: bytes + wish.data.bytes.length };
}
