import { createRequire } from 'node:module';
import { waitUntil } from '@ndsr/test-support';
import type { ServerAddress } from '@ndsr/zookeeper-common';
import { onTestFinished } from 'vitest';
import type { LibraryModule, NativeClient } from '../../src/library/library-types.js';

const Library: LibraryModule = createRequire(import.meta.url)('zookeeper');

export interface BareClient {
  readonly native: NativeClient;
  readonly events: string[];
}

/** The bare library, to show its behaviour without the workaround under test. */
export async function bareConnected({ host, port }: ServerAddress, timeout = 4_000): Promise<BareClient> {
  const { native } = new Library({});
  const events: string[] = [];
  native.emit = (event, _client, detail) => events.push(`${event} ${String(detail)}`.trim());
  const servers = `${host}:${port}`;
  const config = { connect: servers, timeout, debug_level: 0, host_order_deterministic: false };
  native.init({ ...config, response_counter_limit: 0 });
  onTestFinished(() => void native.close());
  await waitUntil('the bare client connects', () => events.includes('connect'));
  return { native, events };
}
