import { maxNodeBytes } from '../backend/registry-backend.js';
import { type EncodedData, encodeData, hasSameOwnData } from '../codec/encode.js';
import type { Lifecycle } from '../connection/lifecycle.js';
import { ReadOnlyError } from '../errors/access-errors.js';
import { InvalidPathError } from '../errors/argument-errors.js';
import type { DataInput } from '../node/data-input.js';
import type { NodeKind } from '../node/node-kind.js';
import type { RegistrySettings } from '../options/registry-options.js';
import type { DesiredState } from './desired-state.js';
import type { Registrations } from './registrations.js';
import type { WriteCall } from './write-call.js';

export interface WriterHost {
  readonly settings: RegistrySettings;
  readonly registrations: Registrations;
  readonly lifecycle: Lifecycle;
}

/** Turns a caller's arguments into a desired state: checks them, encodes the data once, and submits the call. */
export class RegistryWriter {
  readonly #host: WriterHost;

  constructor(host: WriterHost) {
    this.#host = host;
  }

  /** @throws {ServiceRegistryError} synchronously for wrong arguments or a stopped registry; rejects with any other error */
  set(path: string, kind: NodeKind, data: DataInput | null | undefined): Promise<boolean> {
    if (kind === 'ephemeral' && path === '/') throw new InvalidPathError(path, 'the root cannot be a registration');
    const encoded = this.#encode(path, data);
    this.#refuseReadOnly(path);
    return this.#whenReady(path, { state: 'present', kind, data: encoded, explicit: data !== undefined });
  }

  /** @throws {ServiceRegistryError} as `set` */
  unset(path: string, force: boolean): Promise<boolean> {
    if (path === '/') throw new InvalidPathError(path, 'the root cannot be removed');
    this.#refuseReadOnly(path);
    return this.#whenReady(path, { state: 'absent', scope: force ? 'any' : 'unowned' });
  }

  /** Submits in the order of the calls, and never synchronously: the caller may be a listener called by a reconciliation. */
  #whenReady(path: string, desired: DesiredState): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const call = { path, desired, resolve, reject };
      const { lifecycle, registrations } = this.#host;
      // Nearly always the case.
      if (lifecycle.isReady()) registrations.nextStep(() => this.#submit(call));
      else lifecycle.ready().then(() => this.#submit(call), reject);
    });
  }

  #submit(call: WriteCall): void {
    const { registrations } = this.#host;
    try {
      call.desired = keepKnownBytes(call.desired, registrations.desiredAt(call.path));
      registrations.set(call);
    } catch (error) {
      call.reject(error);
    }
  }

  #encode(path: string, data: DataInput | null | undefined): EncodedData {
    const writer = { pid: process.pid, date: this.#host.settings.clock.date() };
    return encodeData(path, data, writer, maxNodeBytes);
  }

  #refuseReadOnly(path: string): void {
    if (this.#host.settings.readOnly) throw new ReadOnlyError(path);
  }
}

/** The same data again, or no data, keeps the bytes of the current desired state, and so its `created` time. */
function keepKnownBytes(desired: DesiredState, known: DesiredState | undefined): DesiredState {
  if (desired.state !== 'present' || known?.state !== 'present' || known.kind !== desired.kind) return desired;
  const keeps = !desired.explicit || isSameData(desired.data, known.data);
  return { ...desired, data: keeps ? known.data : desired.data, explicit: desired.explicit || known.explicit };
}

/** The added fields must be the same too: a `pid` passed by the caller is data, a `pid` added by us is not. */
function isSameData(encoded: EncodedData, known: EncodedData): boolean {
  return encoded.added.join() === known.added.join() && hasSameOwnData(encoded, known.bytes);
}
