import { existsSync, symlinkSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendFixture, RegistryFixture } from '@ndsr/conformance';
import type { ServiceRegistry } from '@ndsr/core';
import { type BackendContext, defaultLogger, systemClock } from '@ndsr/core/backend';
import { FileSystemBackend, FileSystemServiceRegistry } from '../../src/index.js';
import { LinkedBackend } from './linked-backend.js';

const context: BackendContext = {
  clock: systemClock,
  logger: defaultLogger,
  random: Math.random,
  timeoutMs: 5_000,
  requestTimeoutMs: 10_000,
};

/**
 * A separate folder for one case. It goes down by being moved away. A case may inject a fault that is already active, or end
 * one that is not.
 */
async function openFolder() {
  const place = await mkdtemp(join(tmpdir(), 'ndsr-file-system-'));
  const [folder, away] = [join(place, 'registry'), join(place, 'away')];
  await mkdir(folder);
  return {
    place,
    folder,
    goDown: () => move(folder, away),
    comeBack: () => move(away, folder),
    endSession: (id: string | undefined) => rm(join(folder, `session-${id}`)),
    close: () => rm(place, { recursive: true }),
  };
}

async function move(from: string, to: string): Promise<void> {
  if (existsSync(from)) await rename(from, to);
}

/** Each backend reaches the folder through its own link, so that it can be cut off separately. */
export async function openBackends(): Promise<BackendFixture> {
  const { place, folder, goDown, comeBack, endSession, close } = await openFolder();
  const links = new WeakMap<object, string>();
  const linkOf = (backend: object): string => links.get(backend) ?? '';
  let count = 0;
  return {
    backend() {
      count += 1;
      const link = join(place, `link-${count}`);
      symlinkSync(folder, link);
      const backend = new LinkedBackend(link, context);
      links.set(backend, link);
      return backend;
    },
    faults: {
      goDown,
      comeBack,
      expire: (backend) => endSession(backend instanceof LinkedBackend ? backend.sessionId : undefined),
      cutOff: (backend) => unlink(linkOf(backend)),
      reconnect: (backend) => symlink(folder, linkOf(backend)),
    },
    close,
  };
}

export async function openRegistries(): Promise<RegistryFixture> {
  const { folder, goDown, comeBack, endSession, close } = await openFolder();
  const sessionIds = new WeakMap<object, string>();
  return {
    registry(options = {}) {
      const registry = new FileSystemServiceRegistry({ ...options, folder });
      registry.on('phase', ({ sessionId }) => sessionId !== null && sessionIds.set(registry, sessionId));
      return registry;
    },
    stranger: () => new FileSystemBackend(folder, context),
    faults: {
      goDown,
      comeBack,
      async expire(registry) {
        const noticed = untilLost(registry);
        await endSession(sessionIds.get(registry));
        await noticed;
      },
    },
    close,
  };
}

function untilLost(registry: ServiceRegistry): Promise<void> {
  return new Promise((resolve) => {
    registry.on('phase', ({ phase }) => phase === 'lost' && resolve());
  });
}
