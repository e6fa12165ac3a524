import { fileURLToPath } from 'node:url';

/**
 * Returns the path of a file of this package, given from the package's folder on. This module and the bundle that it becomes part of are
 * both one folder below it.
 */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}
