import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test. */
export class Scratch {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Scratch> {
    return new Scratch(await mkdtemp(join(tmpdir(), 'ndsr-cli-')));
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** The content of the file; empty when it does not exist. */
  read(name: string): Promise<string> {
    return readFile(this.file(name), 'utf8').catch(() => '');
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
