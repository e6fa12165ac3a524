import { EventRecorder } from '@ndsr/test-support';
import type { ClientEvent, ServerAddress, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { onTestFinished } from 'vitest';
import type { NativeSessionEnvironment } from '../../src/library/native-session.js';
import { createZooKeeperNativeClient } from '../../src/zookeeper-native-client.js';

/** A client's observer that keeps the events it receives. */
export class Recorder extends EventRecorder<ClientEvent> {}

export interface Connected {
  readonly client: ZooKeeperClient;
  readonly recorder: Recorder;
  readonly sessionId: bigint;
}

interface ClientSetup extends NativeSessionEnvironment {
  readonly sessionTimeoutMs?: number;
}

/** A client that is closed at the end of the test. */
export function makeClient(servers: ServerAddress[], { sessionTimeoutMs = 2000, ...rest }: ClientSetup = {}) {
  const addresses = servers.map(({ host, port }) => ({ host, port }));
  const client = createZooKeeperNativeClient({ servers: addresses, sessionTimeoutMs }, rest);
  onTestFinished(() => client.close());
  return client;
}

export async function connected(servers: ServerAddress[], setup?: ClientSetup): Promise<Connected> {
  const client = makeClient(servers, setup);
  const recorder = new Recorder();
  client.connect(recorder.observe);
  const { sessionId } = await recorder.next('connected');
  return { client, recorder, sessionId };
}
