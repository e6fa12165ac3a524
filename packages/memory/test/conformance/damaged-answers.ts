import { failureTable, quote } from '@ndsr/conformance/failure-table';
import {
  DataTooLargeError,
  type GetOptions,
  NoConnectionError,
  type NodeSnapshot,
  type SetStateOptions,
} from '@ndsr/core';
import { type MemoryRegistryOptions, MemoryServiceRegistry } from '@ndsr/memory';
import type { DamagedRegistry } from './damaged-registries.js';

type Data = Parameters<MemoryServiceRegistry['setNode']>[1];

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Public classes whose answer to a failure differs from the table of failures: one for each row of the suite. */
export const damagedAnswers: Readonly<Record<string, DamagedRegistry>> = {
  'keeps trying after it has given up': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super({ ...options, lazy: true });
      }

      override async start(): Promise<boolean> {
        if (await super.start()) return true;
        throw new NoConnectionError();
      }
    },
    caughtBy: { [quote(failureTable.unreachable)]: /connecting/ },
  },
  'starts without a server and reports nothing': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super({ ...options, logger: silent });
      }
    },
    caughtBy: {
      [quote(failureTable.unreachableLazy)]: /0 !== 1/,
      [quote(failureTable.disconnected, "offline 'defer'")]: /a WARN line/,
    },
  },
  'delays answers that it has in memory': {
    Registry: class extends MemoryServiceRegistry {
      override async get<Meta extends object>(path: string, options?: GetOptions<Meta>): Promise<NodeSnapshot<Meta>> {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return await super.get(path, options);
      }
    },
    caughtBy: { [quote(failureTable.known)]: /at once/ },
  },
  'keeps no cache file': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super({ ...options, cacheFile: undefined });
      }
    },
    caughtBy: { [quote(failureTable.cached)]: /Not connected/ },
  },
  'forgets what it could not read': {
    Registry: class extends MemoryServiceRegistry {
      override async get<Meta extends object>(path: string, options?: GetOptions<Meta>): Promise<NodeSnapshot<Meta>> {
        try {
          return await super.get(path, options);
        } catch (error) {
          this.unwatch(path);
          throw error;
        }
      }
    },
    caughtBy: { [quote(failureTable.unknown, 'the rejection')]: /in vain: a callback gets the value/ },
  },
  'defers nothing': {
    Registry: class extends MemoryServiceRegistry {
      constructor(options: MemoryRegistryOptions = {}) {
        super({ ...options, offline: 'throw' });
      }
    },
    caughtBy: {
      [quote(failureTable.unknown, "offline 'defer'")]: /Not connected/,
      [quote(failureTable.disconnected, "offline 'defer'")]: /Not connected/,
    },
  },
  'remembers a write that it has rejected': {
    Registry: class extends MemoryServiceRegistry {
      override async setNode(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        try {
          return await super.setNode(path, data, options);
        } catch (error) {
          const undo = this.on('phase', ({ phase }) => {
            if (phase !== 'connected') return;
            undo();
            void super.setNode(path, data, options).catch(nothing);
          });
          throw error;
        }
      }
    },
    caughtBy: { [quote(failureTable.disconnected, 'the rejection')]: /node/ },
  },
  'keeps the first requested state': {
    Registry: class extends MemoryServiceRegistry {
      readonly #wished = new Set<string>();

      override setNode(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        const again = this.phase !== 'connected' && this.#wished.has(path);
        this.#wished.add(path);
        // It warns as it should, but does not act.
        return super.setNode(path, again ? { n: 1 } : data, options);
      }
    },
    caughtBy: {
      [quote(failureTable.disconnected, "offline 'defer'")]: /in vain: a callback gets the last requested state/,
    },
  },
  'forgets that it is read-only while it is cut off': {
    Registry: class extends MemoryServiceRegistry {
      override async setNode(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        if (this.phase === 'suspended' || this.phase === 'lost') return false;
        return await super.setNode(path, data, options);
      }
    },
    caughtBy: { [quote(failureTable.readOnly)]: /expected a rejection with ReadOnlyError/ },
  },
  'truncates data that is too large': {
    Registry: class extends MemoryServiceRegistry {
      override async setData(path: string, data?: Data, options?: SetStateOptions): Promise<boolean> {
        try {
          return await super.setData(path, data, options);
        } catch (error) {
          if (error instanceof DataTooLargeError) return await super.setData(path, {}, options);
          throw error;
        }
      }
    },
    caughtBy: { [quote(failureTable.badArgument)]: /expected a rejection with DataTooLargeError/ },
  },
};
