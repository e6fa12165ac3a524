import type { WatchEvent } from '@ndsr/zookeeper-common';

/**
 * The read that armed a watch, and its result: the transaction id of the last change of the data or of the list of children, or
 * the absence of the node.
 */
export type WatchOrigin = { readonly of: 'data' | 'children'; readonly zxid: number } | { readonly of: 'absence' };

/** The watches on one path, by the read that armed them; undefined if there is none. */
interface Armed {
  data: number | undefined;
  absence: boolean;
  children: number | undefined;
  forgotten: boolean;
}

export interface ArmedPath extends Readonly<Armed> {
  readonly path: string;
}

/**
 * The armed watches. The library has a table of its own and sends it to the servers at each reconnect, in one
 * frame. This table has the size of that frame, and the state that each watch was armed on.
 */
export class NativeWatchTable {
  readonly #armed = new Map<string, Armed>();
  #bytes = 0;

  /** The bytes that the library would send at a reconnect, without the few bytes of the frame. Includes forgotten watches. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the watches to arm on a new handle, and drops the forgotten ones. */
  active(): readonly ArmedPath[] {
    for (const [path, armed] of this.#armed) {
      if (!armed.forgotten) continue;
      this.#count(path, -listCount(armed));
      this.#armed.delete(path);
    }
    return [...this.#armed].map(([path, armed]) => ({ path, ...armed }));
  }

  arm(path: string, origin: WatchOrigin): void {
    const armed = this.#armed.get(path) ?? { data: undefined, absence: false, children: undefined, forgotten: false };
    const before = listCount(armed);
    armed.forgotten = false;
    if (origin.of === 'absence') armed.absence = true;
    else armed[origin.of] = origin.zxid;
    this.#armed.set(path, armed);
    this.#count(path, listCount(armed) - before);
  }

  /** Removes the watches that caused an event. Returns whether the event is to be reported. */
  fire({ path, kind }: WatchEvent): boolean {
    const armed = this.#armed.get(path);
    if (armed === undefined) return false;
    const before = listCount(armed);
    if (kind !== 'children') {
      armed.data = undefined;
      armed.absence = false;
    }
    if (kind === 'children' || kind === 'deleted') armed.children = undefined;
    const after = listCount(armed);
    this.#count(path, after - before);
    if (after === 0) this.#armed.delete(path);
    return after < before && !armed.forgotten;
  }

  /** The library cannot remove a watch: it sends it to the servers at each reconnect until it has fired. */
  forget(path: string): void {
    const armed = this.#armed.get(path);
    if (armed !== undefined) armed.forgotten = true;
  }

  #count(path: string, times: number): void {
    this.#bytes += times * (4 + Buffer.byteLength(path));
  }
}

/** The number of lists in the frame that contain the path. */
function listCount({ data, absence, children }: Armed): number {
  return Number(data !== undefined) + Number(absence) + Number(children !== undefined);
}
