import { ReadOnlyError } from '../errors/access-errors.js';
import { ForwardingBackend } from './forwarding-backend.js';

/** Lets nothing through that would change anything: no path of the code leads to the wire, in the background neither. */
export class ReadOnlyBackend extends ForwardingBackend {
  override async create(path: string): Promise<void> {
    throw new ReadOnlyError(path);
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
