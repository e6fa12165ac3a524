import assert from 'node:assert/strict';
import { type Journal, waitFor, withTimeout } from '@ndsr/conformance/scaffold';
import type { NodeStat } from '@ndsr/core/backend';
import type { AclRule, ClientEvent, CreateMode, WatchEvent, ZooKeeperClient } from '@ndsr/zookeeper-common';
import { ZooKeeperError } from '@ndsr/zookeeper-common';
import { EventRules } from './event-rules.js';

type Of<Type extends ClientEvent['type']> = Extract<ClientEvent, { type: Type }>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A client in a case: each call has a deadline, each event is checked against the duties, and all of them are recorded.
 */
export class ObservedClient {
  readonly port: ZooKeeperClient;
  readonly events: ClientEvent[] = [];
  /** Answers and events in the order of their arrival. */
  readonly log: string[] = [];
  readonly #patienceMs: number;
  readonly #rules: EventRules;
  readonly #listeners: ((event: ClientEvent) => void)[] = [];

  constructor(port: ZooKeeperClient, patienceMs: number, journal: Journal) {
    this.port = port;
    this.#patienceMs = patienceMs;
    this.#rules = new EventRules(journal);
  }

  connect(): void {
    this.#rules.guard.call('connect', () =>
      this.port.connect((event) => {
        this.#rules.check(event);
        this.events.push(event);
        if (event.type === 'watch') this.log.push(`${event.event.kind} ${event.event.path}`);
        for (const listener of this.#listeners) listener(event);
      }),
    );
  }

  /** Calls `listener` at each event, inside the observer. */
  onEvent(listener: (event: ClientEvent) => void): void {
    this.#listeners.push(listener);
  }

  of<Type extends ClientEvent['type']>(type: Type): Of<Type>[] {
    return this.events.filter((event): event is Of<Type> => event.type === type);
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** The events of watches. */
  get watchEvents(): WatchEvent[] {
    return this.of('watch').map(({ event }) => event);
  }

  /** Id of the session that was reported last. */
  get sessionId(): bigint {
    const event = this.of('connected').at(-1);
    assert.ok(event !== undefined, 'the client has not been connected');
    return event.sessionId;
  }

  /** Waits until there have been `times` events of this type. */
  async until(type: ClientEvent['type'], times = 1): Promise<void> {
    const state = (): string => `[${this.types.join(', ')}]`;
    const holds = (): boolean => this.of(type).length >= times;
    await waitFor(`'${type}' number ${times}`, holds, { timeoutMs: this.#patienceMs, state });
  }

  /** Waits until a watch has reported exactly this event, once or more often. */
  async untilWatchEvent(kind: WatchEvent['kind'], path: string): Promise<void> {
    const holds = (): boolean => this.watchEvents.some((event) => event.kind === kind && event.path === path);
    const state = (): string => JSON.stringify(this.watchEvents);
    await waitFor(`the event ${kind} ${path}`, holds, { timeoutMs: this.#patienceMs, state });
  }

  /** Makes a call of the port with a deadline. It must not throw, and no event may be delivered during the call. */
  async call<T>(
    what: string,
    run: (port: ZooKeeperClient) => Promise<T>,
    timeoutMs: number = this.#patienceMs,
  ): Promise<T> {
    return await withTimeout(
      what,
      this.#rules.guard.call(what, () => run(this.port)),
      timeoutMs,
    );
  }

  /** Returns the number of the error that a call rejects with. */
  async refusal(
    what: string,
    run: (port: ZooKeeperClient) => Promise<unknown>,
    timeoutMs: number = this.#patienceMs,
  ): Promise<number> {
    try {
      await this.call(what, run, timeoutMs);
    } catch (error) {
      assert.ok(error instanceof ZooKeeperError, `${what} rejected with ${String(error)}`);
      return error.number;
    }
    assert.fail(`${what} was expected to reject, but it resolved`);
  }

  async create(path: string, data: string | Uint8Array | null = null, mode: CreateMode = 'persistent'): Promise<void> {
    await this.call(`create ${path}`, (port) => port.create(path, bytesOf(data), mode));
  }

  async createSequential(path: string, data = ''): Promise<string> {
    return await this.call(`create ${path}…`, (port) => port.createSequential(path, encoder.encode(data)));
  }

  async setData(path: string, data: string | Uint8Array, version = -1): Promise<void> {
    const bytes = typeof data === 'string' ? encoder.encode(data) : data;
    await this.call(`setData ${path}`, (port) => port.setData(path, bytes, version));
  }

  async remove(path: string, version = -1): Promise<void> {
    await this.call(`remove ${path}`, (port) => port.remove(path, version));
  }

  async replace(path: string, version: number, data: string, mode: CreateMode = 'ephemeral'): Promise<void> {
    await this.call(`replace ${path}`, (port) => replaceBy(port, path, version, data, mode));
  }

  async exists(path: string, watch = false): Promise<NodeStat | null> {
    return await this.call(`exists ${path}`, (port) => port.exists({ path, watch }));
  }

  /** Returns the stat of a node that must exist. */
  async stat(path: string): Promise<NodeStat> {
    const stat = await this.exists(path);
    assert.ok(stat !== null, `${path} is missing`);
    return stat;
  }

  async data(path: string, watch = false): Promise<Uint8Array | null> {
    return (await this.call(`getData ${path}`, (port) => port.getData({ path, watch }))).data;
  }

  async text(path: string, watch = false): Promise<string | null> {
    const data = await this.data(path, watch);
    return data === null ? null : decoder.decode(data);
  }

  async names(path: string, watch = false): Promise<string[]> {
    return [...(await this.call(`getChildren ${path}`, (port) => port.getChildren({ path, watch }))).names].sort();
  }

  async close(): Promise<void> {
    const closed = this.call('close', (port) => port.close());
    this.#rules.guard.closed();
    await closed;
  }
}

/** Calls `replace`, which a binding may lack. */
export function replaceBy(
  port: ZooKeeperClient,
  path: string,
  version: number,
  data: string,
  mode: CreateMode = 'ephemeral',
  acl?: readonly AclRule[],
): Promise<void> {
  assert.ok(port.replace !== undefined, 'the suite was given `replace: true`, but the client has none');
  return port.replace(path, version, encoder.encode(data), mode, acl);
}

function bytesOf(data: string | Uint8Array | null): Uint8Array | null {
  return typeof data === 'string' ? encoder.encode(data) : data;
}
