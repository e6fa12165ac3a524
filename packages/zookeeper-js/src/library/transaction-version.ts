import type { LibraryTransaction } from './library-types.js';

/** Adds a removal to a transaction. The library treats version 0 as "any version": `version || -1`. */
export function removeVersion(transaction: LibraryTransaction, path: string, version: number): void {
  transaction.remove(path, version);
  const operation = transaction.ops.at(-1);
  if (operation !== undefined) operation.version = version;
}
