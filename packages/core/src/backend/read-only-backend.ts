import { ReadOnlyError } from '../errors/access-errors.js';
import { ForwardingBackend } from './forwarding-backend.js';
import type { CreateAndRemove } from './registry-backend.js';

/**
 * Rejects every write. No code path of a read-only registry, in the background included, reaches the wire with a
 * change.
 */
export class ReadOnlyBackend extends ForwardingBackend {
  override async create(path: string): Promise<never> {
    throw new ReadOnlyError(path);
  }

  override get createAndRemove(): CreateAndRemove | undefined {
    return super.createAndRemove && ((path) => Promise.reject(new ReadOnlyError(path)));
  }

  override async createSequential(path: string): Promise<string> {
    throw new ReadOnlyError(path);
  }

  override async write(path: string): Promise<void> {
    throw new ReadOnlyError(path);
  }

  override async remove(path: string): Promise<void> {
    throw new ReadOnlyError(path);
  }
}
