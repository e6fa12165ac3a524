import { inspect } from 'node:util';
import { openRegistry, type ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { expect, it } from 'vitest';
import { waitUntil } from './wait-until.js';

const password = 'S3CRET:pass@word';

/** A registry by URL, and everything that it has said or shown, at every level. */
async function talkative(url: string): Promise<{ registry: ServiceRegistry; said: string[] }> {
  const said: string[] = [];
  const log = (message: string): void => void said.push(message);
  const registry = await openRegistry({ url, logger: { debug: log, info: log, warn: log, error: log } });
  for (const name of ['phase', 'registered', 'unregistered', 'conflict', 'fault'] as const) {
    registry.on(name, (event) => said.push(inspect(event, { depth: 20, showHidden: true })));
  }
  return { registry, said };
}

it('never says a password, in whatever becomes of the connection and the calls', async () => {
  await using server = await ZooKeeperServer.start();
  const user = `ann:${encodeURIComponent(password)}`;
  const { registry, said } = await talkative(`zookeeper-js://${user}@${server.address}?timeoutMs=1000`);
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);

  await registry.setNode('/secrets/a', { mine: true });
  await registry.setData('/secrets', 7n as never).catch(note);
  await registry.unset('/secrets').catch(note);
  await server.kill();
  await waitUntil('it is lost', () => registry.phase === 'lost');
  await registry.setNode('/secrets/b').catch(note);
  await server.restart();
  await waitUntil('it is back', () => registry.getState());
  await waitUntil('it is registered again', () => said.filter((line) => line.includes('/secrets/a')).length >= 3);
  const shown = inspect(registry, { depth: 20, showHidden: true });
  await registry.stop();
  for (const wrong of [
    `${user}@${server.address}?timeoutMs=x`,
    `${user}@${server.address}?passwort=x`,
    `${user}@:::`,
  ]) {
    await openRegistry(`zookeeper-js://${wrong}`).catch(note);
  }

  expect(failures.length).toBe(6);
  const everything = [...said, shown, ...failures.map((error) => inspect(error, { depth: 20, showHidden: true }))];
  for (const text of everything) {
    expect(text).not.toContain('S3CRET');
    expect(text).not.toContain(encodeURIComponent(password));
  }
}, 60_000);
