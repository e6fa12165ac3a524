import { expect, test } from 'vitest';
import { FakeClock } from '../../../zookeeper-js/test/support/fake-clock.js';
import { AddressBook } from '../../src/library/address-book.js';

const names: Record<string, string[]> = { zk: ['10.0.0.1', '2001:db8::1'], other: ['10.0.0.2'] };
const lookup = async (host: string): Promise<readonly string[]> => {
  const addresses = names[host];
  if (addresses === undefined) throw new Error('ENOTFOUND');
  return addresses;
};
const unshuffled = () => 0;

function bookOf(hosts: string[], clock = new FakeClock(), look = lookup): AddressBook {
  const servers = hosts.map((host) => ({ host, port: 2181 }));
  return new AddressBook(servers, clock, unshuffled, look);
}

test('gives all addresses of all names, literals as they are, IPv6 without brackets', async () => {
  const book = bookOf(['zk', '127.0.0.1', '::1', 'other']);
  expect(await book.read()).toEqual([
    '10.0.0.1:2181',
    '2001:db8::1:2181',
    '127.0.0.1:2181',
    '::1:2181',
    '10.0.0.2:2181',
  ]);
});

test('does without a name that is not known, until it is', async () => {
  const book = bookOf(['late', 'other']);
  expect(await book.read()).toEqual(['10.0.0.2:2181']);
  names.late = ['10.0.0.3'];
  expect(await book.read()).toEqual(['10.0.0.3:2181', '10.0.0.2:2181']);
});

test('a name server that is silent delays the other servers only so long, and leaves no timer', async () => {
  const clock = new FakeClock();
  const silent = (host: string) => (host === 'zk' ? new Promise<readonly string[]>(() => undefined) : lookup(host));
  const reading = bookOf(['zk', 'other'], clock, silent).read();
  await clock.advance(5_000);
  expect(await reading).toEqual(['10.0.0.2:2181']);
  expect(clock.pending).toBe(0);
});

test('asks nobody about literals', async () => {
  const never = () => Promise.reject(new Error('asked'));
  const book = bookOf(['127.0.0.1', '::1'], new FakeClock(), never);
  expect(book.hasNames).toBe(false);
  expect(await book.read()).toHaveLength(2);
});

test('looks up real names', async () => {
  const book = new AddressBook([{ host: 'localhost', port: 1 }], new FakeClock(), unshuffled);
  expect(book.hasNames).toBe(true);
  expect(['127.0.0.1:1', '::1:1']).toContain((await book.read())[0]);
});
