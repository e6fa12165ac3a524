import type { WatchEvent } from '@ndsr/zookeeper-common';

/**
 * What a watch was armed by, and what was seen then: the last change of the data or of the list of children, as the
 * number of its transaction; or that there was no node.
 */
export type Sight = { readonly of: 'data' | 'children'; readonly zxid: number } | { readonly of: 'absence' };

/** The watches on one path, by what they were armed by; undefined where there is none. */
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
 * The watches that are armed. The library keeps a table of its own and sends it to the servers at each reconnect, in one
 * frame. This one knows when that frame is more than they take, and what to look for when it has to be done without.
 */
export class WatchTable {
  readonly #armed = new Map<string, Armed>();
  #bytes = 0;

  /** What the library would send at a reconnect, without the few bytes around it. Includes what was forgotten. */
  get bytes(): number {
    return this.#bytes;
  }

  /** For a handle that knows of none: those that are wanted. The others are no more. */
  wanted(): readonly ArmedPath[] {
    for (const [path, armed] of this.#armed) {
      if (!armed.forgotten) continue;
      this.#count(path, -lists(armed));
      this.#armed.delete(path);
    }
    return [...this.#armed].map(([path, armed]) => ({ path, ...armed }));
  }

  arm(path: string, sight: Sight): void {
    const armed = this.#armed.get(path) ?? { data: undefined, absence: false, children: undefined, forgotten: false };
    const before = lists(armed);
    armed.forgotten = false;
    if (sight.of === 'absence') armed.absence = true;
    else armed[sight.of] = sight.zxid;
    this.#armed.set(path, armed);
    this.#count(path, lists(armed) - before);
  }

  /** Uses up the watches that an event comes from. Whether anybody wants to know of it. */
  fire({ path, kind }: WatchEvent): boolean {
    const armed = this.#armed.get(path);
    if (armed === undefined) return false;
    const before = lists(armed);
    if (kind !== 'children') {
      armed.data = undefined;
      armed.absence = false;
    }
    if (kind === 'children' || kind === 'deleted') armed.children = undefined;
    const after = lists(armed);
    this.#count(path, after - before);
    if (after === 0) this.#armed.delete(path);
    return after < before && !armed.forgotten;
  }

  /** The library has no way to disarm a watch: it goes on telling the servers of it until it has fired. */
  forget(path: string): void {
    const armed = this.#armed.get(path);
    if (armed !== undefined) armed.forgotten = true;
  }

  #count(path: string, times: number): void {
    this.#bytes += times * (4 + Buffer.byteLength(path));
  }
}

/** How many lists of the frame have the path. */
function lists({ data, absence, children }: Armed): number {
  return Number(data !== undefined) + Number(absence) + Number(children !== undefined);
}
