import { maxNodeBytes } from '../backend/registry-backend.js';
import { type EncodedData, encodeData, saysSameApartFromStamp } from '../codec/encode.js';
import { ReadOnlyError } from '../errors/access-errors.js';
import { InvalidPathError } from '../errors/argument-errors.js';
import type { DataInput } from '../node/data-input.js';
import type { NodeKind } from '../node/node-kind.js';
import type { RegistrySettings } from '../options/registry-options.js';
import { NextStep } from '../time/next-step.js';
import type { Registrations } from './registrations.js';
import type { Call } from './run.js';
import type { Wish } from './wish.js';

export interface WriterHost {
  readonly settings: RegistrySettings;
  readonly registrations: Registrations;
  /** Whether `ready` would have nothing to do, as nearly always. */
  isReady(): boolean;
  /** Starts what has not been started; rejects when that fails. */
  ready(): Promise<void>;
}

/** Turns what a caller asks for into a wish: checks, encodes once, and hands it on. */
export class RegistryWriter {
  readonly #host: WriterHost;
  readonly #calls = new NextStep<Call>((call) => this.#handOver(call));

  constructor(host: WriterHost) {
    this.#host = host;
  }

  /** @throws {ServiceRegistryError} at once, about the arguments or when the registry is stopped; rejects with everything else */
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
    return this.#whenReady(path, { state: 'absent', reach: force ? 'any' : 'unowned' });
  }

  /** In the order of the calls, and never at once: the caller may be a listener, in the midst of the run that told it. */
  #whenReady(path: string, wish: Wish): Promise<boolean> {
    return new Promise((stands, failed) => {
      const call = { path, wish, stands, failed };
      if (this.#host.isReady()) this.#calls.add(call);
      else this.#host.ready().then(() => this.#handOver(call), failed);
    });
  }

  #handOver(call: Call): void {
    const { registrations } = this.#host;
    try {
      call.wish = sameAgain(call.wish, registrations.wishAt(call.path));
      registrations.set(call);
    } catch (error) {
      call.failed(error);
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

/** The same data again, or none, keep the bytes and so the `created` of the wish in force. */
function sameAgain(wish: Wish, known: Wish | undefined): Wish {
  if (wish.state !== 'present' || known?.state !== 'present' || known.kind !== wish.kind) return wish;
  const keeps = !wish.explicit || isSameData(wish.data, known.data);
  return { ...wish, data: keeps ? known.data : wish.data, explicit: wish.explicit || known.explicit };
}

/** What was added must be the same too: a `pid` of the caller's own in one of them is part of what it said. */
function isSameData(encoded: EncodedData, known: EncodedData): boolean {
  return encoded.added.join() === known.added.join() && saysSameApartFromStamp(encoded, known.bytes);
}
