import { type FSWatcher, watch } from 'node:fs';
import { isTree } from './tree-store.js';

/**
 * Tells early that there may be a new tree. `fs.watch` is not told of everything everywhere (network shares, containers, too
 * many watches), so nothing relies on it: it only saves waiting for the next regular look.
 */
export class ChangeHint {
  #watcher: FSWatcher | undefined;

  /** Starts afresh: a folder that was away may be another one now. */
  start(folder: string, onHint: () => void): void {
    this.stop();
    try {
      this.#watcher = watch(folder, { persistent: false }, (_, file) => {
        if (file === null || isTree(file)) onHint();
      });
      this.#watcher.on('error', () => this.stop());
    } catch {
      this.stop();
    }
  }

  stop(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
