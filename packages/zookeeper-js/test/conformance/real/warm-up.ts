import type { ServerAddress } from '@ndsr/zookeeper-common';
import { createZooKeeperJsClient, type TlsOptions } from '../../../src/index.js';
import { connectWith } from './connect-with.js';

const requests = 5_000;
const atOnce = 50;

/** A server that was just started answers a hundred requests a second over TLS, and thousands when its code has been compiled. */
export async function warmUp({ host, port }: ServerAddress, tls: TlsOptions): Promise<void> {
  const options = { servers: [{ host, port }], sessionTimeoutMs: 10_000 };
  const client = createZooKeeperJsClient(options, { connect: connectWith(tls) });
  await new Promise<void>((resolve) => client.connect(({ type }) => type === 'connected' && resolve()));
  for (let sent = 0; sent < requests; sent += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => client.exists({ path: '/', watch: false })));
  }
  await client.close();
}
