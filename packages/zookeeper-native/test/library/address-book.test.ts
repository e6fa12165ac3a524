import { FakeClock } from '@ndsr/test-support';
import { NameResolver } from '@ndsr/zookeeper-common';
import { expect, test } from 'vitest';
import { AddressBook } from '../../src/library/address-book.js';

const unshuffled = () => 0;

function bookOf(hosts: string[], known: Record<string, string[]>): AddressBook {
  const servers = hosts.map((host) => ({ host, port: 2181 }));
  const lookup = async (host: string) => known[host] ?? [];
  return new AddressBook(
    servers,
    new NameResolver(servers, { clock: new FakeClock(), random: unshuffled, lookup }),
    unshuffled,
  );
}

test('gives all addresses of all names, literals as they are, IPv6 without brackets', async () => {
  const book = bookOf(['zk', '127.0.0.1', '::1', 'other'], {
    zk: ['10.0.0.1', '2001:db8::1'],
    other: ['10.0.0.2'],
  });
  expect(book.size).toBe(4);
  expect(await book.read()).toEqual([
    '10.0.0.1:2181',
    '2001:db8::1:2181',
    '127.0.0.1:2181',
    '::1:2181',
    '10.0.0.2:2181',
  ]);
});

test('does without a name that is not known, until it is', async () => {
  const known: Record<string, string[]> = { other: ['10.0.0.2'] };
  const book = bookOf(['late', 'other'], known);
  expect(await book.read()).toEqual(['10.0.0.2:2181']);
  known.late = ['10.0.0.3'];
  expect(await book.read()).toEqual(['10.0.0.3:2181', '10.0.0.2:2181']);
});

test('names one address once, however many names lead to it', async () => {
  const book = bookOf(['zk1', 'zk2'], { zk1: ['10.0.0.1'], zk2: ['10.0.0.1', '10.0.0.2'] });
  expect(await book.read()).toEqual(['10.0.0.1:2181', '10.0.0.2:2181']);
});

test.each([
  ['::1%lo', '::1'],
  ['2001:db8::1%eth0', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['FEBF::1%eth0', 'FEBF::1%eth0'],
])('keeps a zone in link-local addresses, where it is meaningful: %s', async (host, dialled) => {
  expect(await bookOf([host], {}).read()).toEqual([`${dialled}:2181`]);
});
