import type { ServerAddress } from '@ndsr/zookeeper-common';
import type { NativeAcl, NativeClient } from '../../src/library/library-types.js';
import { bareConnected } from '../support/bare-client.js';

const everything: NativeAcl = { scheme: 'world', auth: 'anyone', perm: 31 };

type Done = (code: number, message: string, ...values: unknown[]) => void;

/** A client without credentials, which accesses nodes as soon as they exist. */
export class Intruder {
  /** The data that it could read, as text. */
  readonly seen: string[] = [];
  /** The code of the answer to each of its requests. */
  readonly codes: number[] = [];
  readonly #native: NativeClient;

  private constructor(native: NativeClient) {
    this.#native = native;
  }

  static async connect(server: ServerAddress): Promise<Intruder> {
    return new Intruder((await bareConnected(server)).native);
  }

  read(path: string): Promise<void> {
    return this.#ask((done) =>
      this.#native.a_get(path, false, (code, message, _stat, data) => {
        if (code === 0) this.seen.push(data?.toString() ?? '');
        done(code, message);
      }),
    );
  }

  write(path: string, text = 'of the intruder'): Promise<void> {
    return this.#ask((done) => this.#native.a_set(path, Buffer.from(text), -1, done));
  }

  /** @param perm the permissions of everybody from then on */
  claim(path: string, perm = everything.perm): Promise<void> {
    return this.#ask((done) => this.#native.a_set_acl(path, -1, [{ ...everything, perm }], done));
  }

  remove(path: string): Promise<void> {
    return this.#ask((done) => this.#native.a_delete_(path, -1, done));
  }

  create(path: string, text = 'of the intruder'): Promise<void> {
    return this.#ask((done) => this.#native.a_create(path, Buffer.from(text), 0, done));
  }

  #ask(start: (done: Done) => number): Promise<void> {
    return new Promise((resolve) => {
      start((code) => {
        this.codes.push(code);
        resolve();
      });
    });
  }
}
