import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './has-code.js';
import { Tree } from './tree.js';

/**
 * How many trees are left in the folder, the newest included: so many others may be quicker than somebody between his `link` and
 * his look at what came of it, before he has to say that he does not know.
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
 * A state is never changed, only followed: `link` gives a finished draft the next number, and fails when somebody else was
 * first, who then is read and built upon. So there is no lock, and none that a dead process could leave behind.
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
   * Shows `change` a draft of the newest tree and what files there are, and makes the draft the next tree where it was
   * changed. When others were quicker, `change` is run again, on theirs.
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

  /** The newest tree. One number is one tree for good, so it is read once. */
  async #look(): Promise<Listing & { readonly tree: Tree }> {
    const { number, files } = await this.#list();
    const known = this.#newest.number;
    if (number < known) {
      // Emptied, restored, or an unmounted share's bare mount point. The session has to be looked for before we go on.
      this.#newest = { number: 0, tree: new Tree() };
      throw new Error(`${this.#folder} went back from tree ${known} to tree ${number}`);
    }
    if (number > known) {
      const text = await readFile(this.#file(number), 'utf8').catch((error: unknown) => ifGone(error));
      // Others have gone on by more than is kept since we listed the folder.
      if (text === undefined) return this.#look();
      this.#newest = { number, tree: Tree.parse(text) };
    }
    return { ...this.#newest, files };
  }

  async #commit(draftName: string, number: number, tree: Tree): Promise<boolean> {
    const draft = join(this.#folder, draftName);
    // A file of its own: what was left of the last draft may be the very file that is the newest tree now.
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
    // The number could have been free because it had been used and cleaned up long ago: this process slept meanwhile.
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
