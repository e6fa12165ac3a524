/**
 * Maps the registry's paths to the servers' paths and back.
 * Done here and not by the client libraries: they treat a chroot differently, none creates a missing one,
 * and it cannot be created from inside it.
 */
export class Chroot {
  readonly #root: string;

  /** @param root an absolute path; `/` for none */
  constructor(root: string) {
    this.#root = root === '/' ? '' : root;
  }

  toServer(path: string): string {
    return path === '/' ? this.#root || '/' : this.#root + path;
  }

  /** Undefined for a path outside the chroot. */
  fromServer(path: string): string | undefined {
    if (this.#root === '') return path;
    if (path === this.#root) return '/';
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length) : undefined;
  }
}
