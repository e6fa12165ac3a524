import { checkPath } from '@ndsr/core/backend';
import { InvalidArgumentError } from 'commander';

/** A path, checked before anything is opened. */
export function parsePath(text: string): string {
  try {
    return checkPath(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
