import { describe, expect, it } from 'vitest';
import { showUrl, splitChroot } from '../src/url.js';

describe('a URL and its chroot', () => {
  it.each([
    ['zookeeper-js://zk1:2181', 'zookeeper-js://zk1:2181', '', ''],
    ['zookeeper-js://zk1:2181,zk2/a/b?lazy=true', 'zookeeper-js://zk1:2181,zk2', '/a/b', '?lazy=true'],
    ['zookeeper-js+tls://[::1]:2281/a/', 'zookeeper-js+tls://[::1]:2281', '/a', ''],
    ['zookeeper-js:zk1/a?caFile=/etc/ca.pem', 'zookeeper-js:zk1', '/a', '?caFile=/etc/ca.pem'],
    ['zookeeper-js://ops:a/b@zk1/c', 'zookeeper-js://ops:a/b@zk1', '/c', ''],
    ['memory:name', 'memory:name', '', ''],
    ['@x/y:here/c', '@x/y:here', '/c', ''],
  ])('%s', (url, servers, chroot, query) => {
    expect(splitChroot(url)).toEqual({ servers, chroot, query });
    expect(showUrl(servers)).not.toContain('a/b');
  });
});
