import { expect, test } from 'vitest';
import { sessionPassword } from '../../src/server/session-password.js';

test("a session's password is what a ZooKeeper 3.8 gave it", () => {
  expect(sessionPassword(72057697075986432n).toString('hex')).toBe('560e49782b90d97124d0cdcaec3f74f1');
});
