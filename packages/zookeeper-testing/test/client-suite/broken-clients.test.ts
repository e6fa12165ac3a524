import assert from 'node:assert/strict';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { describe, test } from 'vitest';
import { clientSuite } from '../../src/client-suite/index.js';
import { brokenClients } from './broken-clients.js';
import { openFakeClients, type Wrap } from './fake-client-fixture.js';

// Many of the cases wait in vain, and therefore run concurrently, for longer than a correct client takes on a busy
// machine.
const inVain = { patienceMs: 2_000 };

describe.concurrent('the client suite catches a client that', () => {
  for (const [how, { damage, caughtBy }] of Object.entries(brokenClients)) {
    const cases = casesFor((sound) => Object.assign(forwarding(sound), damage(sound)), inVain);
    for (const [name, complaint] of Object.entries(caughtBy)) {
      test(`${how}: ${name}`, async () => {
        const run = cases.get(name);
        assert.ok(run !== undefined, `no such case: ${name}`);
        await assert.rejects(run(), (error: Error) => {
          assert.match(error.message.replaceAll('\n', ' '), complaint);
          return true;
        });
      });
    }
  }
});

describe('a wrapper that breaks nothing passes', () => {
  for (const [name, run] of casesFor(forwarding)) test(name, run);
});

function casesFor(wrap: Wrap, patience: { patienceMs?: number } = {}): Map<string, () => Promise<void>> {
  const cases = new Map<string, () => Promise<void>>();
  clientSuite({
    test: (name, run) => {
      assert.ok(!cases.has(name), `two cases are named: ${name}`);
      cases.set(name, run);
    },
    open: () => openFakeClients(wrap),
    faults: true,
    replace: true,
    createAndRemove: true,
    settleMs: 15,
    ...patience,
  });
  return cases;
}

function forwarding(sound: ZooKeeperClient): ZooKeeperClient {
  return {
    get quietMs() {
      return sound.quietMs;
    },
    connect: (observer) => sound.connect(observer),
    authenticate: (credentials) => sound.authenticate(credentials),
    close: () => sound.close(),
    exists: (read) => sound.exists(read),
    getData: (read) => sound.getData(read),
    getChildren: (read) => sound.getChildren(read),
    create: (path, data, mode, acl) => sound.create(path, data, mode, acl),
    createSequential: (path, data, acl) => sound.createSequential(path, data, acl),
    setData: (path, data, version) => sound.setData(path, data, version),
    remove: (path, version) => sound.remove(path, version),
    replace: (path, version, data, mode, acl) =>
      sound.replace?.(path, version, data, mode, acl) ?? Promise.reject(new Error('the sound one has no replace')),
    createAndRemove: (path, data, mode, removing, acl) =>
      sound.createAndRemove?.(path, data, mode, removing, acl) ?? Promise.reject(new Error('the sound one has none')),
    forget: (path) => sound.forget(path),
  };
}
