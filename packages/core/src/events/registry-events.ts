import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Phase } from './phase.js';

/** The events of `registry.on(name, listener)`, by name. */
export interface RegistryEvents {
  /**
   * The phase of the connection changed. `sessionId` is set while there is or was a session: 16 hexadecimal digits, as
   * servers log it.
   */
  phase: { readonly phase: Phase; readonly previous: Phase; readonly sessionId: string | null };
  /** An ephemeral node of this registry exists: created, taken over, or re-created after a lost session. */
  registered: { readonly path: string };
  /**
   * An ephemeral node of this registry is gone: `unset`; `stopped` by `stop()`; `lost` with its session; `removed` by
   * another client (it will be re-created); `taken` by another session (the registry waits until that node is gone).
   */
  unregistered: { readonly path: string; readonly reason: 'unset' | 'stopped' | 'lost' | 'removed' | 'taken' };
  /**
   * Another live session registered a path that was ours. This registry yields, and registers again once the other node
   * is gone.
   */
  conflict: { readonly path: string; readonly owner: string };
  /**
   * `guardEmpty` started (`held` true) or stopped holding back that a path became empty. While it holds, the `children`
   * old children are still shown; it stops when they are back, or when the time is over.
   */
  held: { readonly path: string; readonly held: boolean; readonly children: number };
  /** Something failed that could not be reported to a caller; the registry continues by itself. */
  fault: { readonly error: ServiceRegistryError };
}

/** The names of the events of `registry.on`. */
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
