import { checkPath } from '@ndsr/core/backend';
import { InvalidArgumentError } from 'commander';

/** Parses and validates a path before a registry is opened. */
export function parsePath(text: string): string {
  try {
    return checkPath(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
