import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Phase } from './phase.js';

/** What `registry.on(name, listener)` can hear, by name. */
export interface RegistryEvents {
  /** The connection moved. `sessionId` while there is or was a session: 16 hexadecimal digits, as servers log it. */
  phase: { readonly phase: Phase; readonly previous: Phase; readonly sessionId: string | null };
  /** An ephemeral node of ours stands: made, taken over, or back after a lost session. */
  registered: { readonly path: string };
  /**
   * An ephemeral node of ours no longer stands: `unset`; `stopped` by `stop()`; `lost` with its session; `removed` by a
   * stranger (it will be restored); `taken` by another session (we wait until that is gone).
   */
  unregistered: { readonly path: string; readonly reason: 'unset' | 'stopped' | 'lost' | 'removed' | 'taken' };
  /** Another live session registered a path that we had. We yield, and register again once it is gone. */
  conflict: { readonly path: string; readonly owner: string };
  /**
   * `guardEmpty` holds back that a path went empty (`held` true): its `children` old children go on being shown. Then that
   * it no longer does: they came back, or the time was over.
   */
  held: { readonly path: string; readonly held: boolean; readonly children: number };
  /** Something failed that no call could be told of; the registry goes on by itself. */
  fault: { readonly error: ServiceRegistryError };
}

/** The events that `registry.on` can hear. */
export type RegistryEventName = keyof RegistryEvents;

export const registryEventNames: readonly string[] = Object.keys({
  phase: true,
  registered: true,
  unregistered: true,
  conflict: true,
  held: true,
  fault: true,
} satisfies Record<RegistryEventName, true>);

/** A 64-bit id as ZooKeeper prints it: 16 hexadecimal digits. */
export function formatId(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0');
}
