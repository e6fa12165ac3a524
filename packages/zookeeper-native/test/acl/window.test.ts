import { Credentials, digestId } from '@ndsr/core/backend';
import { waitUntil } from '@ndsr/test-support';
import { type AclRule, errorNumbers, TamperedError, ZooKeeperError } from '@ndsr/zookeeper-common';
import { FaultyRoute, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connected } from '../support/recorder.js';
import { Intruder } from './intruder.js';
import { type InWindow, withWindow } from './window.js';

const ann: AclRule = { scheme: 'digest', id: digestId('ann', 'secret'), permissions: 31 };
const readers: AclRule = { scheme: 'world', id: 'anyone', permissions: 1 };
const secret = new TextEncoder().encode('private');

let server: ZooKeeperServer;
let intruder: Intruder;
let parent: string;
let parents = 0;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 200 });
});
afterAll(() => server.stop());
beforeEach(async () => {
  intruder = await Intruder.connect(server);
  parent = `/parent-${++parents}`;
  await intruder.create(parent);
  intruder.codes.length = 0;
});

/** A client of ann's, in whose window something happens. */
async function annWith(happens: InWindow, at: { host: string; port: number } = server) {
  const scene = await connected([at], { load: withWindow(happens) });
  scene.client.authenticate(new Credentials('ann', 'secret'));
  return scene;
}

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.fail('was made'),
    (error) => error,
  );
}

const acls = [
  ['closed to others', [ann], 0],
  ['readable by all', [ann, readers], 1],
] as const;

describe.each(acls)('an intruder in the window of a node %s', (_, acl, readable) => {
  test.each(['persistent', 'ephemeral'] as const)('who claims a %s one has it taken away again', async (mode) => {
    const path = `${parent}/node`;
    const { client } = await annWith(async () => {
      await intruder.read(path);
      await intruder.claim(path);
    });
    const error = await failure(client.create(path, secret, mode, acl));
    expect(error).toBeInstanceOf(TamperedError);
    expect(String(error)).toContain('its ACL was changed; it was removed');
    expect(intruder.codes).toEqual([0, 0]);
    expect(intruder.seen).toEqual([readable ? 'private' : '']);
    await intruder.read(path);
    expect(intruder.codes.at(-1)).toBe(errorNumbers.noNode);
  });

  test('who claims it and shuts us out has it taken away again', async () => {
    const path = `${parent}/node`;
    const { client } = await annWith(() => intruder.claim(path, 1));
    const error = await failure(client.create(path, secret, 'persistent', acl));
    expect(String(error)).toContain('its ACL was changed; it was removed');
    expect(await client.exists({ path, watch: false })).toBeNull();
  });

  test('a client that claims it is reported if we may not remove it', async () => {
    const path = `${parent}/node`;
    // To create, and no more.
    await intruder.claim(parent, 1 | 4);
    const { client } = await annWith(() => intruder.claim(path));
    const error = await failure(client.create(path, secret, 'persistent', acl));
    expect(error).toBeInstanceOf(TamperedError);
    expect(String(error)).toContain('its ACL was changed; it could not be removed');
  });

  test('who writes into it finds it gone', async () => {
    const path = `${parent}/node`;
    const { client } = await annWith(() => intruder.write(path, 'private'));
    const error = await failure(client.create(path, secret, 'ephemeral', acl));
    expect(error).toBeInstanceOf(TamperedError);
    expect(String(error)).toContain('its data were changed; it was removed');
    expect(await client.exists({ path, watch: false })).toBeNull();
  });

  test.each([
    ['persistent', 'its data were changed'],
    ['ephemeral', 'another node was put in its place'],
  ] as const)('who puts another in the place of a %s one finds that gone', async (mode, words) => {
    const path = `${parent}/node`;
    const { client } = await annWith(async () => {
      await intruder.remove(path);
      await intruder.create(path);
    });
    const error = await failure(client.create(path, secret, mode, acl));
    expect(error).toBeInstanceOf(TamperedError);
    expect(String(error)).toContain(`${words}; it was removed`);
    expect(await client.exists({ path, watch: false })).toBeNull();
  });

  test('who puts another there and claims that keeps it', async () => {
    const path = `${parent}/node`;
    const { client } = await annWith(async () => {
      await intruder.remove(path);
      await intruder.create(path);
      await intruder.claim(path);
    });
    const error = await failure(client.create(path, secret, 'ephemeral', acl));
    expect(String(error)).toContain('its ACL was changed; it is still there');
    expect((await client.getData({ path, watch: false })).stat).toMatchObject({ aversion: 1, ephemeralOwner: 0n });
  });

  test('who removes it is no intruder: it is as if there were no parent, and is made once more', async () => {
    const path = `${parent}/node`;
    const { client } = await annWith(() => intruder.remove(path));
    const error = await failure(client.create(path, secret, 'ephemeral', acl));
    expect(error).toBeInstanceOf(ZooKeeperError);
    expect(error).toMatchObject({ number: errorNumbers.noNode });
  });

  test('who comes a moment later is too late', async () => {
    const path = `${parent}/node`;
    const { client } = await annWith(() => Promise.resolve());
    await client.create(path, secret, 'persistent', acl);
    for (const deed of [intruder.read(path), intruder.write(path), intruder.claim(path)]) await deed;
    const noAuth = errorNumbers.noAuth;
    expect(intruder.codes).toEqual([readable ? 0 : noAuth, noAuth, noAuth]);
    expect(new TextDecoder().decode((await client.getData({ path, watch: false })).data ?? undefined)).toBe('private');
  });
});

describe('a connection that breaks in the window', () => {
  test.each([
    ['ephemeral', [ann]],
    ['ephemeral', [ann, readers]],
    ['persistent', [ann]],
    ['persistent', [ann, readers]],
  ] as const)('leaves no open node behind: %s, %o', async (mode, acl) => {
    const route = await FaultyRoute.open(server);
    const path = `${parent}/node`;
    let breaks = 1;
    const { client, recorder } = await annWith(async () => {
      if (breaks-- > 0) await route.goDown();
    }, route);
    expect(await failure(client.create(path, secret, mode, acl))).toMatchObject({
      number: errorNumbers.connectionLoss,
    });
    await intruder.read(path);
    expect(intruder.codes.at(-1), 'it stands there').toBe(0);
    await route.comeBack();
    await recorder.next('connected', 2);
    expect(await client.exists({ path, watch: false })).toBeNull();
    await client.create(path, secret, mode, acl);
    expect(recorder.types).toEqual(['connected', 'disconnected', 'connected']);
    await route.close();
  });

  test('restricts a node that others use already', async () => {
    const route = await FaultyRoute.open(server);
    const path = `${parent}/node`;
    let breaks = 1;
    const { client, recorder } = await annWith(async () => {
      if (breaks-- > 0) await route.goDown();
    }, route);
    await failure(client.create(path, new Uint8Array(0), 'persistent', [ann, readers]));
    await intruder.create(`${path}/child`);
    await route.comeBack();
    await recorder.next('connected', 2);
    expect(await client.exists({ path, watch: false })).toMatchObject({ aversion: 1, numChildren: 1 });
    await intruder.create(`${path}/other`);
    expect(intruder.codes.at(-1)).toBe(errorNumbers.noAuth);
    await route.close();
  });

  test('and breaks again while it is settled is reported once', async () => {
    const route = await FaultyRoute.open(server);
    const path = `${parent}/node`;
    let breaks = 2;
    const { client, recorder } = await annWith(async () => {
      if (breaks-- > 0) await route.goDown();
    }, route);
    await failure(client.create(path, new Uint8Array(0), 'persistent', [ann, readers]));
    await intruder.create(`${path}/child`);
    await route.comeBack();
    // The second break is in the window of the restriction after the reconnect, which was not reported.
    await waitUntil('the second break', () => breaks <= 0);
    await route.comeBack();
    await recorder.next('connected', 2);
    expect(await client.exists({ path, watch: false })).toMatchObject({ aversion: 1 });
    expect(recorder.types).toEqual(['connected', 'disconnected', 'connected']);
    await route.close();
  });
});
