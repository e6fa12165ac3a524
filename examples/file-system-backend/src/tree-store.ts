import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './has-code.js';
import { Tree } from './tree.js';

/**
 * How many trees are kept in the folder, including the newest: at most this many may be written between a process's `link` and its
 * check of the outcome, before the outcome is unknown.
 */
const kept = 100;

interface Listing {
  /** The names of all files in the folder. */
  readonly files: ReadonlySet<string>;
  /** The number of the newest tree; 0 for none. */
  readonly number: number;
}

/**
 * The tree in a folder, as one file for each state: `tree-1.json`, `tree-2.json` and so on; the highest number is valid.
 *
 * A state is never changed, only replaced: `link` gives a finished draft the next number, and fails when another process was
 * first; then that tree is read and the change is applied to it. So there is no lock that a dead process could leave behind.
 */
export class TreeStore {
  readonly #folder: string;
  #newest = { number: 0, tree: new Tree() };

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The sessions as last seen. */
  get sessions(): ReadonlyMap<number, number> {
    return this.#newest.tree.sessions;
  }

  /**
   * Calls `change` with a draft of the newest tree and the list of files, and commits the draft as the next tree if it was
   * changed. When another process was faster, `change` is called again with its tree.
   *
   * @param draftName a file name that is the caller's alone
   * @returns the tree that is the newest now
   */
  async transact(draftName: string, change: (draft: Tree, files: ReadonlySet<string>) => void): Promise<Tree> {
    for (;;) {
      const { number, files, tree } = await this.#look();
      const draft = tree.copy();
      change(draft, files);
      if (draft.zxid === tree.zxid) return tree;
      if (!(await this.#commit(draftName, number + 1, draft))) continue;
      this.#newest = { number: number + 1, tree: draft };
      return draft;
    }
  }

  /** The newest tree. The tree of a number never changes, so it is read once. */
  async #look(): Promise<Listing & { readonly tree: Tree }> {
    const { number, files } = await this.#list();
    const known = this.#newest.number;
    if (number < known) {
      // Emptied, restored, or the mount point of an unmounted share. The session must be checked first.
      this.#newest = { number: 0, tree: new Tree() };
      throw new Error(`${this.#folder} went back from tree ${known} to tree ${number}`);
    }
    if (number > known) {
      const text = await readFile(this.#file(number), 'utf8').catch((error: unknown) => ifGone(error));
      // Since the listing, more trees were written than are kept.
      if (text === undefined) return this.#look();
      this.#newest = { number, tree: Tree.parse(text) };
    }
    return { ...this.#newest, files };
  }

  async #commit(draftName: string, number: number, tree: Tree): Promise<boolean> {
    const draft = join(this.#folder, draftName);
    // A new file each time: the previous draft may be the same file as the newest tree.
    await rm(draft, { force: true });
    await writeFile(draft, tree.stringify(), { flush: true });
    try {
      await link(draft, this.#file(number));
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await this.#cleanUp(number);
    return true;
  }

  async #cleanUp(number: number): Promise<void> {
    const { number: newest, files } = await this.#list();
    // The number may be free because it was used and cleaned up while this process was frozen.
    if (newest - number >= kept)
      throw new Error(`Tree ${number} came too late, or was overtaken: its outcome is unknown`);
    const old = [...files].filter((file) => isTree(file) && numberOf(file) <= number - kept);
    await Promise.all(old.map((file) => rm(join(this.#folder, file), { force: true })));
  }

  async #list(): Promise<Listing> {
    const files = new Set(await readdir(this.#folder));
    return { files, number: Math.max(0, ...[...files].filter(isTree).map(numberOf)) };
  }

  #file(number: number): string {
    return join(this.#folder, `tree-${number}.json`);
  }
}

const treeName = /^tree-(\d+)\.json$/;

export function isTree(file: string): boolean {
  return treeName.test(file);
}

function numberOf(file: string): number {
  return Number(treeName.exec(file)?.[1]);
}

function ifGone(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
}
