import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { FakeHost } from './fake-host.js';
import { Scratch } from './scratch.js';

let stores = 0;

/** A command and another registry that share a private memory store, and a folder for the files of scripts. */
export class MemoryScene {
  readonly store: MemoryStore;
  readonly other: MemoryServiceRegistry;
  readonly host: FakeHost;
  readonly scratch: Scratch;

  private constructor(name: string, scratch: Scratch) {
    this.store = MemoryStore.named(name);
    this.other = new MemoryServiceRegistry({ store: this.store });
    this.host = new FakeHost({ env: { NDSR_URL: `memory:${name}` } });
    this.scratch = scratch;
  }

  static async open(): Promise<MemoryScene> {
    stores += 1;
    return new MemoryScene(`scene-${stores}`, await Scratch.make());
  }

  async close(): Promise<void> {
    await this.other.stop();
    await this.scratch.remove();
  }
}
