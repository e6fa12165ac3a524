import { openRegistry, UnsupportedError } from '@ndsr/core';
import { describe, expect, it } from 'vitest';
import { backend } from '../src/backend.js';
import { MemoryServiceRegistry } from '../src/index.js';

const says = /^memory has no TLS: nothing of it leaves the process\. .* @ndsr\/zookeeper-js has it/;

describe('TLS in memory', () => {
  it.each([true, {}, { caFile: '/ca.pem' }, 'yes'])('is refused: tls %j', (tls) => {
    const open = () => new MemoryServiceRegistry({ tls: tls as never });
    expect(open).toThrow(UnsupportedError);
    expect(open).toThrow(says);
  });

  it('is refused in a URL, with any options', async () => {
    expect(backend.tls).toEqual({ unsupported: expect.stringMatching(says) });
    for (const url of ['memory+tls:', 'memory+tls:shared?caFile=/ca.pem']) {
      await expect(openRegistry(url)).rejects.toMatchObject({
        code: 'ERR_NDSR_UNSUPPORTED',
        message: expect.stringMatching(says),
      });
    }
  });

  it('may be declined explicitly', async () => {
    await using registry = new MemoryServiceRegistry({ tls: false });
    expect(await registry.start()).toBe(true);
  });
});
