import { InvalidArgumentError } from '@ndsr/core/backend';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseServerList } from '../../src/server-list/server-list.js';

describe('parseServerList', () => {
  test('uses the default port if there is none, and formats addresses as they were parsed', () => {
    const { servers } = parseServerList('zk1,[::1]:2182/a', 2281);
    expect(servers.map(formatAddress)).toEqual(['zk1:2281', '[::1]:2182']);
  });

  test.each([
    ['zk1', [['zk1', 2181]], '/'],
    ['zk1:2182', [['zk1', 2182]], '/'],
    [
      'zk1:1,zk2,zk3:65535',
      [
        ['zk1', 1],
        ['zk2', 2181],
        ['zk3', 65535],
      ],
      '/',
    ],
    [
      ' zk1:2181 , zk2:2182 ',
      [
        ['zk1', 2181],
        ['zk2', 2182],
      ],
      '/',
    ],
    ['10.0.0.7:2181', [['10.0.0.7', 2181]], '/'],
    ['[::1]', [['::1', 2181]], '/'],
    [
      '[::1]:2182,[fe80::1%eth0]:2183',
      [
        ['::1', 2182],
        ['fe80::1%eth0', 2183],
      ],
      '/',
    ],
    ['[::ffff:10.0.0.7]:2181', [['::ffff:10.0.0.7', 2181]], '/'],
    ['zk1/', [['zk1', 2181]], '/'],
    ['zk1:2181/production', [['zk1', 2181]], '/production'],
    ['[::1]:2181/a/b', [['::1', 2181]], '/a/b'],
  ] as const)('%j', (text, servers, chroot) => {
    expect(parseServerList(text)).toEqual({ servers: servers.map(([host, port]) => ({ host, port })), chroot });
  });

  test.each([
    ['', "option 'servers' is empty; expected one string, such as 'zk1:2181"],
    ['zk1,,zk2', 'empty entry'],
    ['zk1,', 'empty entry'],
    ['/only/chroot', 'empty entry'],
    ['zk1:', "'zk1:'"],
    ['zk1:abc', "'zk1:abc'"],
    ['zk1:2181:2182', "'zk1:2181:2182'"],
    ['::1', "'::1'"],
    ['::1:2181', 'IPv6 in brackets'],
    ['[::1:2181', "'[::1:2181'"],
    ['[]:2181', "'[]:2181'"],
    ['zk 1', "'zk 1'"],
    ['zk1;zk2:2181 zk3', 'zk3'],
    ['zk1:0', 'port 0'],
    ['zk1:65536', 'port 65536'],
    ['zk1/prod,zk2/prod', 'the chroot comes once'],
    ['zk1/prod/', 'chroot'],
    ['zk1//prod', 'chroot'],
    ['zk1/../prod', 'chroot'],
    [undefined, "option 'servers' is missing; expected one string"],
    [['zk1'], "option 'servers' is an array; expected one string, such as 'zk1:2181,zk2:2181/chroot'"],
    [2181, "option 'servers' is 2181; expected one string"],
  ])('rejects %j, with the reason', (text, complaint) => {
    const parse = (): unknown => parseServerList(text);
    expect(parse).toThrow(InvalidArgumentError);
    expect(parse).toThrow(complaint);
  });

  test.each(['ops:s3cret@zk1', 'ops:x,y/s3cret@zk1:2181/c', 'zk1,ops:"s3cret@zk2', 'ops:s3cret @zk1'])(
    '%j has credentials in it, which are not quoted',
    (text) => {
      const parse = (): unknown => parseServerList(text);
      expect(parse).toThrow("Credentials go into 'username' and 'password'");
      expect(parse).not.toThrow('s3cret');
    },
  );

  test('the error contains the whole string', () => {
    expect(() => parseServerList('zk1,zk2:x/prod')).toThrow('"zk1,zk2:x/prod"');
  });
});
