import { createRequire } from 'node:module';
import type { LibraryModule, NativeClient } from '../../src/library/library-types.js';

const Library: LibraryModule = createRequire(import.meta.url)('zookeeper');

/** Called between the creation of a node and its restriction. */
export type InWindow = (path: string) => Promise<unknown>;

/** The library, with a hook before each restriction is sent. Later requests are sent after it too. */
export function withWindow(happens: InWindow): () => LibraryModule {
  return () =>
    class {
      readonly native: NativeClient;

      constructor(config: object) {
        const { native } = new Library(config);
        const setAcl = native.a_set_acl.bind(native);
        native.a_set_acl = (path, version, acl, callback) => {
          void happens(path).then(() => {
            const code = setAcl(path, version, acl, callback);
            if (code < 0) callback(code, 'refused by the client');
          });
          return 0;
        };
        this.native = native;
      }
    };
}
