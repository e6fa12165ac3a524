import { waitUntil } from '@ndsr/test-support';
import type { ServerAddress } from '@ndsr/zookeeper-common';
import zookeeper from 'node-zookeeper-client';
import { onTestFinished } from 'vitest';
import type { LibraryClient } from '../../src/library/library-types.js';

export interface BareClient extends LibraryClient {
  connect(): void;
  close(): void;
  on(event: string, listener: () => void): void;
  addAuthInfo(scheme: string, auth: Buffer): void;
}

/** The bare library, to show its behaviour without the workaround under test. */
export function bareClient({ host, port }: ServerAddress, sessionTimeout = 2000): BareClient {
  const client = zookeeper.createClient(`${host}:${port}`, { sessionTimeout, spinDelay: 100 }) as unknown as BareClient;
  onTestFinished(() => abandon(client));
  return client;
}

export async function bareConnected(server: ServerAddress, sessionTimeout?: number): Promise<BareClient> {
  const client = bareClient(server, sessionTimeout);
  client.connect();
  await waitUntil('the bare client connects', () => client.connectionManager.state === 2);
  return client;
}

/** Ends it in whatever state it is: its own `close` may throw, crash or do nothing. */
function abandon(client: BareClient): void {
  const manager = client.connectionManager as unknown as { connect: () => void; findNextServer: () => void };
  manager.connect = () => undefined;
  manager.findNextServer = () => undefined;
  client.connectionManager.socket?.destroy();
}
