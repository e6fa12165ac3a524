import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { ObservedState } from '../registration/node-observation.js';
import type { ObservedNode } from '../registration/observed-node.js';
import type { RegistrationReconciler } from '../registration/registration-reconciler.js';
import { absent, type Comparison, type Difference, type ObservedPart, samePart } from './comparison.js';
import type { RereadTarget } from './reread-target.js';

/** A registration. If its node is deleted and its watch does not report that, the service is up but not listed. */
export class WatchedRegistration implements RereadTarget {
  readonly #reconciler: RegistrationReconciler;
  #isRefusalReported = false;

  constructor(reconciler: RegistrationReconciler) {
    this.#reconciler = reconciler;
  }

  get path(): string {
    return this.#reconciler.path;
  }

  async compare(_maxChildren: number, earlier?: Comparison): Promise<Comparison | undefined> {
    const before = this.#observed;
    if (before === undefined) return undefined;
    const actual = partOf(await this.#reconciler.observation.read());
    this.#isRefusalReported = false;
    const after = this.#observed;
    if (after === undefined) return undefined;
    const { deliveries } = earlier === undefined ? before : after;
    return { deliveries, isOneWatch: true, differences: differencesOf(after.observed, actual) };
  }

  repair(): 'unreported' {
    this.#reconciler.observation.restartWatch();
    return 'unreported';
  }

  /** Undefined while there is nothing to compare. */
  get #observed(): ObservedState | undefined {
    const { isReconciling, observation } = this.#reconciler;
    return isReconciling ? undefined : observation.state;
  }

  onNotAuthorized(error: ServiceRegistryError): void {
    if (!this.#isRefusalReported) this.#reconciler.observation.fault(error);
    this.#isRefusalReported = true;
  }
}

/** Empty for an unknown node: a call failed and left it unknown, and the reconciler is already trying again. */
function differencesOf(observed: ObservedNode | 'unreported', actual: ObservedPart): ReadonlyMap<string, Difference> {
  if (observed !== 'unreported' && observed.state === 'unknown') return new Map();
  const known = observed === 'unreported' ? { mark: 'unreported', bytes: null } : partOf(observed);
  if (samePart(known, actual)) return new Map();
  const kind = observed === 'unreported' ? 'silence' : 'node';
  return new Map([[kind, { kind, known, actual }]]);
}

function partOf(observed: ObservedNode): ObservedPart {
  if (observed.state !== 'present') return absent;
  return { mark: `${observed.ownerId} ${observed.version}`, bytes: observed.data };
}
