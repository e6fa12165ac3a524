/**
 * Maps a registry's paths to the servers' and back.
 * Done here and not by the client libraries: they differ in what they make of a chroot, none makes one that is missing,
 * and from inside it cannot be made.
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

  /** Undefined for a path outside. */
  fromServer(path: string): string | undefined {
    if (this.#root === '') return path;
    if (path === this.#root) return '/';
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length) : undefined;
  }
}
