import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientEvent, ClientObserver, ServerAddress, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { onTestFinished } from 'vitest';
import type { SessionEnvironment } from '../../src/library/session.js';
import { createZooKeeperJsClient } from '../../src/zookeeper-js-client.js';

type Of<Type extends ClientEvent['type']> = Extract<ClientEvent, { type: Type }>;

/** An observer that remembers what it was told. */
export class Recorder {
  readonly events: ClientEvent[] = [];
  readonly observe: ClientObserver = (event) => {
    this.events.push(event);
  };

  of<Type extends ClientEvent['type']>(type: Type): Of<Type>[] {
    return this.events.filter((event): event is Of<Type> => event.type === type);
  }

  /** The event of that type with that number, from 1, as soon as it has come. */
  async next<Type extends ClientEvent['type']>(type: Type, number = 1): Promise<Of<Type>> {
    await until(() => this.of(type).length >= number, `${type} event ${number}`);
    return this.of(type)[number - 1] as Of<Type>;
  }

  get types(): ClientEvent['type'][] {
    return this.events.map(({ type }) => type);
  }
}

export interface Connected {
  readonly client: ZooKeeperClient;
  readonly recorder: Recorder;
  readonly sessionId: bigint;
}

export interface ClientSetup extends SessionEnvironment {
  readonly sessionTimeoutMs?: number;
}

/** A client that is closed at the end of the test. */
export function makeClient(servers: ServerAddress[], { sessionTimeoutMs = 4000, ...rest }: ClientSetup = {}) {
  const client = createZooKeeperJsClient({ servers: servers.map(address), sessionTimeoutMs }, rest);
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

function address({ host, port }: ServerAddress): ServerAddress {
  return { host, port };
}

/** Waits for what must come soon; the limit is for slow machines, and no part of what is tested. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  const endAt = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > endAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(5);
  }
}

/** The number of the error that a promise rejects with, null when it resolves. */
export async function errorNumber(promise: Promise<unknown>): Promise<number | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    return (error as { number: number }).number;
  }
}
