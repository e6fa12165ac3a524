import { Credentials } from '@ndsr/core/backend';
import { describe, expect, test } from 'vitest';
import { Access } from '../src/access.js';
import type { AclRule } from '../src/client/zookeeper-client.js';

const ann = new Credentials('ann', 'a');
const ben = new Credentials('ben', 'b');
const readers = { scheme: 'world', id: 'anyone', permissions: 1 };

describe('the ACL of what is made', () => {
  test('is none without credentials', () => {
    expect(new Access(undefined, undefined).rules).toBeUndefined();
  });

  test('gives all rights to the user and reading to all, as the Python package has it', () => {
    const access = new Access(undefined, ann);
    expect(access.rules).toEqual([
      { scheme: 'digest', id: expect.stringMatching(/^ann:[\w+/]{27}=$/), permissions: 31 },
      readers,
    ]);
    access.authenticate(ben);
    expect(access.rules?.[0]?.id).toMatch(/^ben:/);
  });

  test('is the configured one, with or without credentials', () => {
    const permissions = ['read', 'write', 'create', 'delete', 'admin'] as const;
    const own = [
      { scheme: 'ip', id: '10.0.0.1', permissions: 'all' as const },
      ...permissions.map((one) => ({ scheme: 'x509', id: one, permissions: [one, one] })),
    ];
    const access = new Access(own, undefined);
    const expected: AclRule[] = [
      { scheme: 'ip', id: '10.0.0.1', permissions: 31 },
      ...[1, 2, 4, 8, 16].map((bit, i) => ({ scheme: 'x509', id: permissions[i] ?? '', permissions: bit })),
    ];
    expect(access.rules).toEqual(expected);
    access.authenticate(ann);
    expect(access.rules).toEqual(expected);
  });
});
