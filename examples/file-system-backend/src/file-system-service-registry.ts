import { type RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { type BackendContext, InvalidArgumentError, type RegistryBackend } from '@ndsr/core/backend';
import { FileSystemBackend } from './file-system-backend.js';

export interface FileSystemRegistryOptions extends RegistryOptions {
  /** The folder that the registries share; it must exist. */
  readonly folder: string;
}

/** A service registry for the processes of one machine, in a folder. */
export class FileSystemServiceRegistry extends ServiceRegistry {
  readonly #folder: string;

  /** @throws {InvalidArgumentError} an unknown option, or no `folder` */
  constructor(options: FileSystemRegistryOptions) {
    super(options, ['folder']);
    this.#folder = checkFolder(options.folder);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    return new FileSystemBackend(this.#folder, context);
  }
}

function checkFolder(folder: unknown): string {
  if (typeof folder === 'string' && folder !== '') return folder;
  throw new InvalidArgumentError(`FileSystemServiceRegistry: folder: expected a path, got ${typeof folder}`);
}
