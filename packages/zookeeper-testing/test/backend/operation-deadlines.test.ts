import { type RegistryBackend, TimeoutError } from '@ndsr/core/backend';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { expect, test } from 'vitest';
import { connectedBackend } from './open-backend.js';

const data = new Uint8Array([1]);
const never = new Promise<never>(() => undefined);

type Operation = [what: string, operate: (backend: RegistryBackend) => Promise<unknown>];

const operations: Operation[] = [
  ['read', (backend) => backend.read('/a', { children: 'data' })],
  ['create', (backend) => backend.create('/a', { kind: 'ephemeral', data, replacing: null })],
  ['create', (backend) => backend.create('/a', { kind: 'ephemeral', data, replacing: 0 })],
  ['create', (backend) => backend.createSequential('/a', data)],
  ['write', (backend) => backend.write('/a', data, 0)],
  ['remove', (backend) => backend.remove('/a', 0)],
];

/** A client that accepts requests for /a and never answers them; `sent` records them. */
function forgetful(sent: string[]) {
  return (sound: ZooKeeperClient): ZooKeeperClient => {
    const requests = ['exists', 'getData', 'getChildren', 'create', 'createSequential', 'setData', 'remove', 'replace'];
    const forget = (request: string) => (): Promise<never> => {
      sent.push(request);
      return never;
    };
    const forgotten = Object.fromEntries(requests.map((request) => [request, forget(request)]));
    return Object.assign(sound, forgotten);
  };
}

test.each(operations)(
  'a %s that the client forgets ends after the request timeout, and no timer is left',
  async (what, operate) => {
    const { backend, clock } = await connectedBackend({ requestTimeoutMs: 3_000, wrap: forgetful([]) });
    expect(backend.capabilities.boundsOperations).toBe(true);
    let outcome: unknown = 'under way';
    operate(backend).catch((error) => {
      outcome = error;
    });
    await clock.advance(2_999);
    expect(outcome).toBe('under way');
    await clock.advance(1);
    expect(outcome).toBeInstanceOf(TimeoutError);
    expect(outcome).toMatchObject({ message: `No answer to ${what} /a within 3000 ms`, path: '/a' });
    await backend.close();
    expect(clock.pending).toBe(0);
  },
);

test('a queued operation that timed out is not sent any more', async () => {
  const sent: string[] = [];
  const { backend, clock } = await connectedBackend({
    timeoutMs: 4_000,
    requestTimeoutMs: 3_000,
    wrap: forgetful(sent),
  });
  const full = Array.from({ length: 100 }, () => backend.write('/a', data, 0));
  const waiting = backend.remove('/a', 0);
  const outcomes = Promise.allSettled([...full, waiting]);
  await clock.advance(3_000);
  expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
  expect(sent).toEqual(Array.from({ length: 100 }, () => 'setData'));
  // The places in the window are released.
  await clock.advance(20_000);
  expect(sent).not.toContain('remove');
  await backend.close();
});
