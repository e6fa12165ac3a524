import { type FSWatcher, watch } from 'node:fs';
import { isTree } from './tree-store.js';

/**
 * Reports early that there may be a new tree. `fs.watch` misses changes in some environments (network shares, containers, too
 * many watches), so it is only a hint that saves waiting for the next regular check.
 */
export class ChangeHint {
  #watcher: FSWatcher | undefined;

  /** Starts again: a folder that was away may be another one now. */
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
