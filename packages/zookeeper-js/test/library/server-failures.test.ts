import { serverFailureTests } from '@ndsr/client-tests';
import { freePort } from '@ndsr/zookeeper-testing';
import { expect, test } from 'vitest';
import { createZooKeeperJsClient } from '../../src/zookeeper-js-client.js';
import { ZooKeeperJsServiceRegistry } from '../../src/zookeeper-js-service-registry.js';

serverFailureTests(createZooKeeperJsClient);

test('a registry lists each server with its error, IPv6 in brackets, and no password', async () => {
  const port = await freePort();
  await using registry = new ZooKeeperJsServiceRegistry({
    servers: `127.0.0.1:${port},[::1]:${port},no-such-host.invalid:2181`,
    username: 'ops',
    password: 'pa55word',
    timeoutMs: 1_500,
  });
  const error = await registry.start().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'ERR_NDSR_NO_CONNECTION', cause: { errors: { length: 3 } } });
  const { message } = error as Error;
  expect(message).toMatch(
    /^No server answered within 1500 ms: 127\.0\.0\.1:\d+ \(ECONNREFUSED\), \[::1\]:\d+ \(E[A-Z]+\), /,
  );
  expect(message).toMatch(/no-such-host\.invalid:2181 \((ENOTFOUND|EAI_AGAIN|no answer from the name servers yet)\)$/);
  expect(`${message} ${String((error as Error).cause)}`).not.toContain('pa55word');
});
