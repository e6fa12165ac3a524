import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';

let file: FileOutput | undefined;

/** stdout of this process, which reports failed writes for every kind of file. */
export function standardOutput(): Writable {
  const stdout: Writable & { readonly fd: number } = process.stdout;
  if (stdout instanceof Socket) return stdout;
  file ??= new FileOutput(stdout.fd);
  return file;
}

/** Node's stream for a file treats a partial write on a full disk as complete (`writeSync` returns the written length). */
class FileOutput extends Writable {
  readonly #fd: number;

  constructor(fd: number) {
    super({ decodeStrings: true });
    this.#fd = fd;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    try {
      for (let written = 0; written < chunk.length; ) written += writeSync(this.#fd, chunk, written);
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}
