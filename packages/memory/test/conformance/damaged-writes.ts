import { BadVersionError, NodeExistsError, NotEmptyError, type RegistryBackend } from '@ndsr/core/backend';
import { type DamagedBackend, damaged } from './damaged-backend.js';

/** Backends whose writes are damaged, each in one way. */
export const damagedWrites: Readonly<Record<string, DamagedBackend>> = {
  'takes version 0 for any version': {
    make: damaged((sound) => ({
      write: async (path, data, version) => sound.write(path, data, version || (await versionOf(sound, path))),
      remove: async (path, version) => sound.remove(path, version || (await versionOf(sound, path))),
    })),
    caughtBy: {
      'write of version 0 on a node that was changed rejects with BadVersionError: 0 is a version like any other':
        /expected a rejection with BadVersionError/,
      'remove of another version rejects with BadVersionError, also of version 0 after a change':
        /expected a rejection with BadVersionError/,
    },
  },
  'takes a replacement of version 0 for none': {
    make: damaged((sound) => ({
      create: (path, options) => sound.create(path, { ...options, replacing: options.replacing || null }),
    })),
    caughtBy: { 'a replaced ephemeral node does not end with the session that owned it before': /exists already/ },
  },
  'replaces any version': {
    make: damaged((sound) => ({
      async create(path, options) {
        const replacing = options.replacing === null ? null : await versionOf(sound, path);
        return await sound.create(path, { ...options, replacing });
      },
    })),
    caughtBy: {
      'a replacement of another version rejects with BadVersionError and changes nothing': /BadVersionError/,
      'a replacement of version 0 rejects with BadVersionError when the node was changed': /BadVersionError/,
    },
  },
  'replaces in two steps, although it declares one': {
    make: damaged((sound) => ({
      async create(path, options) {
        if (options.replacing !== null) await sound.remove(path, options.replacing);
        return await sound.create(path, { ...options, replacing: null });
      },
    })),
    caughtBy: {
      'an atomic replacement never shows a gap, if the backend declares it': /absent|without it/,
    },
  },
  'replaces a node by overwriting it': {
    make: damaged((sound) => ({
      async create(path, options) {
        if (options.replacing === null) return await sound.create(path, options);
        await sound.write(path, options.data, options.replacing);
        return null;
      },
    })),
    caughtBy: {
      'a replacement is a new node at the path with its own bytes, kind and owner': /Expected values/,
      'a node with children is not replaced: NotEmptyError, and nothing is changed': /NotEmptyError/,
    },
  },
  'overwrites the bytes of a node that it cannot remove': {
    make: damaged((sound) => ({
      async remove(path, version) {
        try {
          await sound.remove(path, version);
        } catch (error) {
          if (error instanceof NotEmptyError) await sound.write(path, new Uint8Array(0), version);
          throw error;
        }
      },
    })),
    caughtBy: { 'remove of a node with children rejects with NotEmptyError and changes nothing': /'own'/ },
  },
  'resolves a create of a path that is taken': {
    make: damaged((sound) => ({
      async create(path, options) {
        try {
          return await sound.create(path, options);
        } catch (error) {
          if (!(error instanceof NodeExistsError)) throw error;
          return null;
        }
      },
    })),
    caughtBy: {
      'create of a path that is taken rejects with NodeExistsError and changes nothing':
        /expected a rejection with NodeExistsError/,
    },
  },
  'rejects with plain errors': {
    make: damaged((sound) => ({
      create: (path, options) => plain(sound.create(path, options)),
      write: (path, data, version) => plain(sound.write(path, data, version)),
      remove: (path, version) => plain(sound.remove(path, version)),
    })),
    caughtBy: {
      'create of a path that is taken rejects with NodeExistsError and changes nothing': /expected a NodeExistsError/,
      'remove of a path that does not exist rejects with NoNodeError': /expected a NoNodeError/,
    },
  },
  'makes ephemeral nodes persistent': {
    make: damaged((sound) => ({
      create: (path, options) => sound.create(path, { ...options, kind: 'persistent' }),
    })),
    caughtBy: {
      'the owner of an ephemeral node is the session': /Expected values/,
      "close deletes the session's ephemeral nodes, and only those": /in vain.*what is left/,
    },
  },
  'creates missing parents with data of its own': {
    make: damaged((sound) => ({
      async create(path, options) {
        const parent = path.slice(0, path.lastIndexOf('/'));
        const missing = parent !== '' && (await sound.read(parent, { children: 'none' })).stat === null;
        if (missing) await sound.create(parent, { kind: 'persistent', data: options.data, replacing: null });
        return await sound.create(path, options);
      },
    })),
    caughtBy: { 'create makes the missing parents: persistent and without data': /\/p\/q\/r/ },
  },
  'resolves a create to the stat that the parent has': {
    make: damaged((sound) => ({
      async create(path, options) {
        await sound.create(path, options);
        return (await sound.read(path.slice(0, path.lastIndexOf('/')) || '/', { children: 'none' })).stat;
      },
    })),
    caughtBy: { 'the stat that a create resolves to, if it is known, is that of the new node': /Expected values/ },
  },
  'creates one node and removes another in two steps': {
    make: damaged((sound) => ({
      async createAndRemove(path, { kind, data, removing }) {
        const stat = await sound.create(path, { kind, data, replacing: null });
        await sound.remove(removing, await versionOf(sound, removing));
        return stat;
      },
    })),
    caughtBy: {
      'createAndRemove, if there is one, never shows one change without the other': /at once|or neither/,
      'createAndRemove, if there is one, rejects with NoNodeError if the node to remove is missing, and creates nothing':
        /Expected values/,
      'createAndRemove, if there is one, rejects with NoNodeError if the parent is missing, and removes nothing':
        /expected a rejection with NoNodeError/,
      'createAndRemove, if there is one, rejects with NotEmptyError if the node to remove has children, and creates nothing':
        /Expected values/,
    },
  },
  'removes one node before it creates another': {
    make: damaged((sound) => ({
      async createAndRemove(path, { kind, data, removing }) {
        await sound.remove(removing, await versionOf(sound, removing));
        return await sound.create(path, { kind, data, replacing: null });
      },
    })),
    caughtBy: {
      'createAndRemove, if there is one, rejects with NodeExistsError if the path is taken, and removes nothing':
        /'old'/,
    },
  },
  'creates one node and removes another of version 0 only': {
    make: damaged((sound) => ({
      async createAndRemove(path, options) {
        if ((await versionOf(sound, options.removing)) !== 0) throw new BadVersionError(options.removing);
        return (await sound.createAndRemove?.(path, options)) ?? null;
      },
    })),
    caughtBy: {
      'createAndRemove, if there is one, creates one node and removes the other, whatever its version': /was changed/,
    },
  },
  'resolves a createAndRemove before it is applied': {
    make: damaged((sound) => ({
      async createAndRemove(path, options) {
        setTimeout(() => sound.createAndRemove?.(path, options).catch(() => undefined), 1);
        return null;
      },
    })),
    caughtBy: {
      'createAndRemove, if there is one, resolves after the watches of both nodes and of both parents have delivered it':
        /the new node/,
    },
  },
  'writes the whole buffer of a part': {
    make: damaged((sound) => ({
      create: (path, options) => sound.create(path, { ...options, data: new Uint8Array(options.data.buffer) }),
    })),
    caughtBy: { 'only the passed part of a buffer is written': /'before-PART-after'/ },
  },
};

async function versionOf(sound: RegistryBackend, path: string): Promise<number> {
  return (await sound.read(path, { children: 'none' })).stat?.version ?? 0;
}

async function plain<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new Error(String(error));
  }
}
