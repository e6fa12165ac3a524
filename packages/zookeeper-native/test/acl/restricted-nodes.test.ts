import type { NodeStat } from '@ndsr/core/backend';
import { type AclRule, errorNumbers, ZooKeeperError } from '@ndsr/zookeeper-common';
import { describe, expect, test } from 'vitest';
import { type NodeRequests, RestrictedNodes, type UnsettledNode } from '../../src/library/restricted-nodes.js';

const acl: readonly AclRule[] = [{ scheme: 'ip', id: '10.0.0.1', permissions: 31 }];
const data = new TextEncoder().encode('private');
const [persistent, ephemeral, ephemeralSequential] = [0, 1, 3];

const lost = (): ZooKeeperError => new ZooKeeperError(errorNumbers.connectionLoss);
const unknown = { version: 0, aversion: 0, numChildren: 0, dataLength: 0 };

/** A model of nodes, with connections that break on demand. */
class FakeNodes implements NodeRequests {
  sessionId = 7n;
  readonly nodes = new Map<string, NodeStat>();
  readonly asked: string[] = [];
  /** Requests whose answer is lost, as `create /a`; carried out before that where they end in `!`. */
  readonly broken = new Set<string>();

  put(path: string, stat: Partial<NodeStat> = {}): void {
    this.nodes.set(path, { ...unknown, ephemeralOwner: 0n, ...stat } as NodeStat);
  }

  create(path: string, bytes: Uint8Array, flags: number): Promise<string> {
    const made = flags === ephemeralSequential ? `${path}0000000003` : path;
    return this.#ask('create', path, () => {
      this.put(made, { ephemeralOwner: flags === persistent ? 0n : this.sessionId, dataLength: bytes.length });
      return made;
    });
  }

  setAcl(path: string, _acl: readonly AclRule[], aclVersion: number): Promise<void> {
    return this.#ask('setAcl', path, () => {
      const stat = this.#expect(path);
      if (stat.aversion !== aclVersion) throw new ZooKeeperError(errorNumbers.badVersion);
      this.nodes.set(path, { ...stat, aversion: stat.aversion + 1 });
    });
  }

  sync(path: string): Promise<void> {
    return this.#ask('sync', path, () => undefined);
  }

  getData(path: string): Promise<{ data: Uint8Array; stat: NodeStat }> {
    return this.#ask('getData', path, () => ({ data, stat: this.#expect(path) }));
  }

  exists(path: string): Promise<NodeStat | null> {
    return this.#ask('exists', path, () => this.nodes.get(path) ?? null);
  }

  getNames(path: string): Promise<readonly string[]> {
    return this.#ask('getNames', path, () => [...this.nodes.keys()].map((one) => one.slice(path.length + 1)));
  }

  setData(path: string, bytes: Uint8Array): Promise<void> {
    return this.#ask('setData', path, () => {
      this.nodes.set(path, { ...this.#expect(path), version: 1, dataLength: bytes.length });
    });
  }

  remove(path: string): Promise<void> {
    return this.#ask('remove', path, () => void this.nodes.delete(path));
  }

  #expect(path: string): NodeStat {
    const stat = this.nodes.get(path);
    if (stat === undefined) throw new ZooKeeperError(errorNumbers.noNode);
    return stat;
  }

  async #ask<T>(what: string, path: string, carryOut: () => T): Promise<T> {
    this.asked.push(`${what} ${path}`);
    if (this.broken.delete(`${what} ${path}`)) throw lost();
    const answer = carryOut();
    if (this.broken.delete(`${what} ${path}!`)) throw lost();
    return answer;
  }
}

function open(unsettled = new Set<UnsettledNode>()) {
  const nodes = new FakeNodes();
  const restricted = new RestrictedNodes(nodes, unsettled);
  const told: string[] = [];
  const settle = () => restricted.settle((error) => told.push(error.message));
  return { nodes, restricted, unsettled, told, settle };
}

function create(restricted: RestrictedNodes, path: string, flags: number): Promise<unknown> {
  return restricted.create({ path, data, flags, acl }).catch((error) => error);
}

describe('what a connection left open', () => {
  test('is nothing where all went well, and nothing is asked', async () => {
    const { restricted, nodes, settle } = open();
    expect(await create(restricted, '/a', persistent)).toBe('/a');
    expect(nodes.asked).toEqual(['create /a', 'setAcl /a', 'sync /a', 'exists /a', 'setData /a']);
    expect(settle()).toBeUndefined();
  });

  test.each(['setAcl /a', 'setAcl /a!', 'sync /a', 'exists /a'])(
    'when the answer to %s was lost, is gone',
    async (request) => {
      for (const flags of [persistent, ephemeral]) {
        const { restricted, nodes, unsettled, settle, told } = open();
        nodes.broken.add(request);
        expect(await create(restricted, '/a', flags)).toMatchObject({ number: errorNumbers.connectionLoss });
        await settle();
        expect([...nodes.nodes.keys()]).toEqual([]);
        expect({ told, left: unsettled.size }).toEqual({ told: [], left: 0 });
      }
    },
  );

  test.each(['setData /a', 'setData /a!'])('is restricted where it was %s that was not answered', async (request) => {
    const { restricted, nodes, settle } = open();
    nodes.broken.add(request);
    expect(await create(restricted, '/a', ephemeral)).toMatchObject({ number: errorNumbers.connectionLoss });
    expect(settle()).toBeUndefined();
    expect(nodes.nodes.get('/a')).toMatchObject({ aversion: 1 });
  });

  test('of ephemeral nodes whose making was not answered is known by its session', async () => {
    const { restricted, nodes, settle, told } = open();
    nodes.put('/queue/other-0000000001', { ephemeralOwner: 7n });
    nodes.put('/queue/mine-0000000002', { ephemeralOwner: 8n });
    nodes.broken.add('create /a!').add('create /queue/mine-!').add('create /never');
    await create(restricted, '/a', ephemeral);
    await create(restricted, '/queue/mine-', ephemeralSequential);
    await create(restricted, '/never', ephemeral);
    expect(nodes.nodes.has('/queue/mine-0000000003')).toBe(true);
    await settle();
    expect([...nodes.nodes.keys()]).toEqual(['/queue/other-0000000001', '/queue/mine-0000000002']);
    expect(told).toEqual([]);
  });

  test('of a persistent node whose creation was not answered may be another’s: it stays, and is reported', async () => {
    const { restricted, nodes, settle, told, unsettled } = open();
    nodes.broken.add('create /a!').add('create /b');
    await create(restricted, '/a', persistent);
    await create(restricted, '/b', persistent);
    await settle();
    expect([...nodes.nodes.keys()]).toEqual(['/a']);
    expect(told).toEqual([
      '/a may have another ACL than it should: whether it is ours is not known, the answer to its making was lost',
    ]);
    expect(unsettled.size).toBe(0);
  });

  test('is left alone if another client’s node exists by now', async () => {
    const { restricted, nodes, settle } = open();
    nodes.broken.add('setAcl /a');
    await create(restricted, '/a', ephemeral);
    nodes.put('/a', { ephemeralOwner: 9n });
    await settle();
    expect(nodes.nodes.get('/a')).toMatchObject({ ephemeralOwner: 9n, aversion: 0 });
  });

  test.each([{ numChildren: 1 }, { version: 1 }])('is restricted where it is in use: %o', async (use) => {
    const { restricted, nodes, settle } = open();
    nodes.broken.add('setAcl /a');
    await create(restricted, '/a', persistent);
    nodes.put('/a', use);
    await settle();
    expect(nodes.nodes.get('/a')).toMatchObject({ ...use, aversion: 1 });
  });

  test('is reported if it is in use and was restricted by us or by another client', async () => {
    const { restricted, nodes, settle, told } = open();
    nodes.broken.add('setAcl /a!');
    await create(restricted, '/a', persistent);
    nodes.put('/a', { numChildren: 1, aversion: 1 });
    await settle();
    expect(told).toEqual(['/a may have another ACL than it should: its ACL was changed meanwhile']);
  });

  test('is looked at again when the connection breaks over it, and by the next session', async () => {
    const { restricted, nodes, settle, unsettled } = open();
    nodes.broken.add('setAcl /a').add('remove /a');
    await create(restricted, '/a', persistent);
    await expect(settle()).rejects.toMatchObject({ number: errorNumbers.connectionLoss });
    expect(unsettled.size).toBe(1);
    const next = new RestrictedNodes(nodes, unsettled);
    nodes.sessionId = 8n;
    await next.settle(() => expect.fail('told of something'));
    expect({ nodes: nodes.nodes.size, left: unsettled.size }).toEqual({ nodes: 0, left: 0 });
  });
});
