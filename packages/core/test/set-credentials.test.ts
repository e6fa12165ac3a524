import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../src/index.js';
import { Credentials } from '../src/options/credentials.js';
import type { FakeBackend } from './support/fake-backend.js';
import { FakeRegistry, startedRegistry } from './support/fake-registry.js';

const ann = { username: 'ann', password: 'a' };
const ben = { username: 'ben', password: 'b' };

function identities(backend: FakeBackend): string[] {
  return backend.identities.map((one) => Object.values(one.reveal()).join(':'));
}

describe('setCredentials', () => {
  it('authenticates at once while connected, again at each call, and again in each new backend', async () => {
    const registry = await startedRegistry();
    registry.setCredentials(ann);
    registry.setCredentials(ben);
    expect(identities(registry.backend)).toEqual(['ann:a', 'ben:b']);
    await registry.rebuild();
    expect(registry.backends).toHaveLength(2);
    expect(identities(registry.backend)).toEqual(['ann:a', 'ben:b']);
    await registry.stop();
    registry.setCredentials({ ...ann, password: 'c' });
    await registry.start();
    expect(identities(registry.backend)).toEqual(['ann:a', 'ben:b', 'ann:c']);
    await registry.stop();
  });

  it('is called before the backend connects', async () => {
    const registry = new FakeRegistry();
    registry.setCredentials(ann);
    expect(registry.phase).toBe('idle');
    registry.prepare = (backend) => {
      const connect = backend.connect.bind(backend);
      backend.connect = (observer) => {
        expect(identities(backend)).toEqual(['ann:a']);
        connect(observer);
      };
    };
    await registry.start();
    expect.assertions(2);
    await registry.stop();
  });

  it('keeps credentials that are set again only once, as the latest', async () => {
    const registry = new FakeRegistry();
    for (const credentials of [ann, ben, ann, ann]) registry.setCredentials(credentials);
    await registry.start();
    expect(identities(registry.backend)).toEqual(['ben:b', 'ann:a']);
    await registry.stop();
  });

  it('keeps registrations, and sends nothing for them', async () => {
    const registry = await startedRegistry();
    await registry.setNode('/a');
    registry.setCredentials(ann);
    await registry.setNode('/b');
    expect(registry.backend.of('create')).toEqual(['create /a ephemeral', 'create /b ephemeral']);
    expect(registry.backend.of('remove')).toEqual([]);
    await registry.stop();
  });

  it.each([
    [undefined, 'expected { username, password }'],
    ['ann', 'expected an options object'],
    [{}, 'expected { username, password }'],
    [{ username: 'ann' }, "'username' is given without 'password'"],
    [{ password: 'S3CRET' }, "'password' is given without 'username'"],
    [{ username: 'a:b', password: 'S3CRET' }, "has a ':'"],
    [{ username: 'ann', password: '' }, "'password' is empty"],
    [{ username: 'ann', password: 7 }, "option 'password' is a number; expected a string"],
    [{ username: 'ann', pasword: 'S3CRET' }, "did you mean 'password'?"],
  ])('refuses %j and changes nothing', async (input, words) => {
    const registry = await startedRegistry();
    const call = (): void => registry.setCredentials(input as never);
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(words);
    expect(call).not.toThrow('S3CRET');
    expect(registry.backend.identities).toEqual([]);
    await registry.stop();
  });
});

describe('equal credentials', () => {
  it('have the same name and the same password', () => {
    const one = new Credentials('ann', 'a');
    expect(
      [new Credentials('ann', 'a'), new Credentials('ann', 'b'), new Credentials('ben', 'a')].map((o) => one.equals(o)),
    ).toEqual([true, false, false]);
  });
});
