import { openRegistry, UnsupportedError } from '@ndsr/core';
import { describe, expect, it } from 'vitest';
import { ZooKeeperNativeServiceRegistry } from '../src/index.js';

const servers = '127.0.0.1:2281';
const says = /^zookeeper-native has no TLS: the addon .* without it\. Use @ndsr\/zookeeper-js, .* or a TLS tunnel/;

describe('TLS on the native binding', () => {
  it.each([true, {}, { caFile: '/ca.pem' }, 'yes'])('is refused before anything is sent: tls %j', (tls) => {
    const open = () => new ZooKeeperNativeServiceRegistry({ servers, tls: tls as never });
    expect(open).toThrow(UnsupportedError);
    expect(open).toThrow(says);
  });

  it.each([`zookeeper-native+tls://${servers}`, `zookeeper-native+tls://${servers}/c?caFile=/ca.pem&lazy=true`])(
    'is refused in a URL: %s',
    async (url) => {
      await expect(openRegistry(url)).rejects.toMatchObject({
        code: 'ERR_NDSR_UNSUPPORTED',
        message: expect.stringMatching(says),
      });
    },
  );

  it('is refused beside a URL without it', async () => {
    const config = { url: `zookeeper-native://${servers}`, tls: true };
    await expect(openRegistry(config)).rejects.toMatchObject({ code: 'ERR_NDSR_UNSUPPORTED' });
  });

  it('may be disabled explicitly', () => {
    expect(new ZooKeeperNativeServiceRegistry({ servers, tls: false }).phase).toBe('idle');
  });
});
