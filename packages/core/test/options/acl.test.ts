import { describe, expect, it } from 'vitest';
import { digestId, InvalidArgumentError } from '../../src/index.js';
import { aclFrom } from '../../src/options/acl.js';
import { settingsFrom } from '../../src/options/registry-options.js';

const secret = 'S3CRET';
const world = { scheme: 'world', id: 'anyone', permissions: ['read'] };

function refusal(acl: unknown, isSomebody = true): string {
  try {
    aclFrom(acl, isSomebody);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    return String(error);
  }
  throw new Error('was taken');
}

describe('a digest id', () => {
  it("is ZooKeeper's digest of a user and a password", () => {
    // As printed by kazoo 2.8 and the servers' own DigestAuthenticationProvider.
    expect(digestId('super', 'admin')).toBe('super:xQJmxLMiHGwaqBvst5y6rkB6HQs=');
  });
});

describe('a custom ACL', () => {
  it('is copied and frozen as it is given', () => {
    const permissions = ['read', 'write'];
    const given = [
      { scheme: 'digest', id: digestId('ann', secret), permissions: 'all' },
      { scheme: 'ip', id: '10.0.0.0/8', permissions },
      { scheme: 'ip', id: '::1', permissions: ['create'] },
      { scheme: 'auth', id: '', permissions: ['delete'] },
      { scheme: 'x509', id: 'CN=ann', permissions: ['admin'] },
      world,
    ];
    const taken = aclFrom(given, true);
    permissions.push('admin');
    expect(taken?.[1]).toEqual({ scheme: 'ip', id: '10.0.0.0/8', permissions: ['read', 'write'] });
    expect(taken).toHaveLength(6);
    expect(aclFrom(undefined, false)).toBeUndefined();
  });

  it.each([
    ['an entry that is not in a list', world, "'acl' is no list"],
    ['no entry', [], "'acl' is empty"],
    ['something else', [world, 'cdrwa'], 'entry 1 is no object'],
    ['no scheme', [{ ...world, scheme: undefined }], "entry 0 has no 'scheme'"],
    ['an empty scheme', [{ ...world, scheme: '' }], "option 'scheme' is a string; expected a scheme's name"],
    ['no id', [{ scheme: 'world', permissions: 'all' }], "entry 0 has no 'id'; expected 'anyone'"],
    ['no permissions', [{ ...world, permissions: [] }], "'permissions' is an array; expected 'all', or a list"],
    ['permissions as bits', [{ ...world, permissions: 31 }], "'permissions' is 31; expected 'all', or a list"],
    ['an unknown permission', [{ ...world, permissions: ['reed'] }], "of 'read', 'write', 'create', 'delete', 'admin'"],
    ['a misspelt name', [{ ...world, permission: 'all' }], "did you mean 'permissions'?"],
    ['somebody in the world', [{ ...world, id: 'ann' }], "'id' is a string; expected 'anyone'"],
    ['auth with a name', [{ ...world, scheme: 'auth', id: 'ann' }], "expected ''"],
    ['a host for an address', [{ ...world, scheme: 'ip', id: 'localhost' }], 'expected an address'],
    ['a range that is too narrow', [{ ...world, scheme: 'ip', id: '10.0.0.0/33' }], 'expected an address'],
    ['more than fits beside the data', Array(1_000).fill(world), 'expected at most 32768'],
  ])('is refused with %s', (_, acl, words) => {
    expect(refusal(acl)).toContain(words);
  });

  it.each([`ann:${secret}`, 'ann', `a:${digestId('ann', secret)}`])('never quotes a possible password: %s', (id) => {
    const message = refusal([{ scheme: 'digest', id, permissions: 'all' }]);
    expect(message).toContain('expected what digestId(username, password) makes');
    expect(message).not.toContain(secret);
  });

  it('cannot refer to credentials without credentials', () => {
    const acl = [{ scheme: 'auth', id: '', permissions: 'all' }] as const;
    expect(refusal(acl, false)).toContain('give username and password too');
    expect(() => settingsFrom('X', { acl }, [])).toThrow(InvalidArgumentError);
    expect(settingsFrom('X', { acl, username: 'ann', password: secret }, []).acl).toEqual(acl);
  });
});
