import { type BackendDescriptor, InvalidArgumentError } from '@ndsr/core/backend';
import { type FileSystemRegistryOptions, FileSystemServiceRegistry } from './file-system-service-registry.js';

/** Chooses this backend by configuration: `example-file-system-backend:/var/lib/registry`. */
export const backend: BackendDescriptor = {
  name: 'file-system',
  urlOptions: {},
  fromLocation(location) {
    if (location.startsWith('/')) return { folder: location };
    throw new InvalidArgumentError('file-system URL: expected an absolute path, as in file-system:/var/lib/registry');
  },
  open: (options) => new FileSystemServiceRegistry(options as FileSystemRegistryOptions),
};
