import { expect, test } from 'vitest';
import { Chroot } from '../../src/server-list/chroot.js';

test.each([
  ['/', '/', '/'],
  ['/', '/a/b', '/a/b'],
  ['/prod', '/', '/prod'],
  ['/prod', '/a', '/prod/a'],
  ['/prod', '/prod', '/prod/prod'],
  ['/a/b', '/c', '/a/b/c'],
])('below %s the path %s is %s on the servers, and back', (root, path, serverPath) => {
  const chroot = new Chroot(root);
  expect(chroot.toServer(path)).toBe(serverPath);
  expect(chroot.fromServer(serverPath)).toBe(path);
});

test.each([
  ['/prod', '/'],
  ['/prod', '/other'],
  ['/prod', '/production'],
  ['/prod/a', '/prod'],
])('what lies outside %s is nothing: %s', (root, serverPath) => {
  expect(new Chroot(root).fromServer(serverPath)).toBeUndefined();
});
