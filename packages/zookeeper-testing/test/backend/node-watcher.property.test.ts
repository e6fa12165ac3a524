import { type ChildDetail, nameOf, parentOf, type RawNode } from '@ndsr/core/backend';
import { turn } from '@ndsr/test-support';
import { ZooKeeperError } from '@ndsr/zookeeper-common';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeZooKeeper } from '../../src/fake/index.js';
import { keptNode, wrongChanges } from './kept-node.js';
import { type OpenBackend, openBackend } from './open-backend.js';
import { describeNode, Oracle } from './reference-model.js';
import { bytes, text } from './watch-log.js';

const flat = ['/w', '/w/a', '/w/b', '/w/c'];
const deep = [...flat, '/w/a/x'];
const where = fc.nat(20);

const stepOn = (path: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ type: fc.constant('move' as const), where, times: fc.nat(4) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('create' as const), path }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('write' as const), path }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), path }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('replace' as const), path }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('own write' as const), path, where: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('break' as const), carryOut: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('expire', 'go down', 'come back', 'watch') }) },
  );
type Step = ReturnType<typeof stepOn> extends fc.Arbitrary<infer Value> ? Value : never;

interface Watched {
  readonly path: string;
  readonly detail: ChildDetail;
  readonly nodes: RawNode[];
}

/** A backend with watches on an ensemble that holds back everything, and the steps that it is taken through. */
class Play {
  readonly #open: OpenBackend;
  readonly #truth: Oracle;
  readonly #watches: Watched[] = [];
  readonly #ownWrites: Promise<unknown>[] = [];
  readonly #wrong: string[] = [];
  #breaks = 0;
  #writes = 0;

  constructor(recursiveWatches: boolean) {
    const zooKeeper = new FakeZooKeeper();
    zooKeeper.tree.create('/w', bytes('first'));
    zooKeeper.tree.create('/w/b', bytes('second'));
    zooKeeper.hold();
    this.#open = openBackend({ zooKeeper, recursiveWatches });
    this.#truth = new Oracle(zooKeeper.tree);
    for (const detail of ['data', 'names', 'none'] as const) this.#watch('/w', detail);
    this.#watch('/w/a', 'data');
    this.#watch('/w/a/x', 'none');
  }

  async take(step: Step): Promise<void> {
    const { zooKeeper } = this.#open;
    if (step.type === 'move' && 'where' in step) for (let i = 0; i <= step.times; i += 1) await this.#move(step.where);
    else if (step.type === 'own write' && 'where' in step) this.#ownWrite(step.path, step.where);
    else if ('path' in step) this.#otherClientWrites(step.type, step.path);
    else if ('carryOut' in step) this.#break(() => zooKeeper.breakConnection(this.#open.client(), step));
    else if (step.type === 'expire') this.#break(() => zooKeeper.expire(this.#open.client()));
    else if (step.type === 'go down') this.#break(() => zooKeeper.goDown());
    else if (step.type === 'come back') zooKeeper.comeBack();
    else this.#watch('/w/b', 'data');
    this.#truth.note();
    await turn(1);
  }

  /** Runs until every watch is armed. */
  async rest(): Promise<void> {
    while (this.#open.zooKeeper.moves.length > 0) await this.#move(0);
  }

  /**
   * Delivers everything in flight, and everything that results from it; bounded, so that an endless loop is noticed.
   */
  async settle(): Promise<void> {
    const { zooKeeper, clock } = this.#open;
    zooKeeper.comeBack();
    for (let left = 5_000; zooKeeper.moves.length > 0 || clock.pending > 0; left -= 1) {
      if (left === 0) throw new Error('it never comes to rest');
      if (zooKeeper.moves.length === 0) await clock.advance(60_000);
      await this.#move(left);
    }
    await Promise.all(this.#ownWrites);
    for (const { path, detail, nodes } of this.#watches) {
      const last = nodes.at(-1);
      expect(last === undefined ? 'nothing' : describeNode(last, detail)).toBe(this.#truth.now(path, detail));
    }
    expect(this.#wrong).toEqual([]);
    const closed = this.#open.backend.close();
    zooKeeper.release();
    await closed;
    expect(clock.pending).toBe(0);
  }

  #watch(path: string, detail: ChildDetail): void {
    const nodes: RawNode[] = [];
    this.#watches.push({ path, detail, nodes });
    this.#open.backend.watch(
      path,
      { children: detail },
      {
        node: (node) => {
          const wrong = this.#truth.lie(node, detail) ?? regression(nodes, node) ?? wrongChanges(nodes.at(-1), node);
          if (wrong !== undefined) this.#wrong.push(`${path} (${detail}): ${wrong}`);
          nodes.push(keptNode(node));
        },
        fault: (error) => this.#wrong.push(String(error)),
      },
    );
  }

  async #move(where: number): Promise<void> {
    const { moves } = this.#open.zooKeeper;
    moves[where % Math.max(moves.length, 1)]?.step();
    this.#truth.note();
    await turn(1);
  }

  #otherClientWrites(what: string, path: string): void {
    const { tree } = this.#open.zooKeeper;
    this.#writes += 1;
    const data = bytes(`${what} ${this.#writes}`);
    try {
      if (what === 'create') tree.create(path, data);
      else if (what === 'write') tree.setData(path, data);
      else if (what === 'replace') tree.replace(path, tree.getData(path).stat.version, data);
      else tree.remove(path);
    } catch (refusal) {
      if (!(refusal instanceof ZooKeeperError)) throw refusal;
    }
  }

  #break(how: () => void): void {
    this.#breaks += 1;
    how();
  }

  #ownWrite(path: string, kind: number): void {
    const { backend, zooKeeper } = this.#open;
    this.#writes += 1;
    const mine = `own ${this.#writes}`;
    const data = bytes(mine);
    const version = zooKeeper.tree.statOf(path)?.version ?? 0;
    const writes = [
      () => backend.create(path, { kind: 'persistent', data, replacing: null }),
      () => backend.write(path, data, version),
      () => backend.remove(path, version),
    ];
    const breaks = this.#breaks;
    const check = (): void => {
      if (breaks === this.#breaks) this.#checkShown(path, kind === 2 ? undefined : mine);
    };
    const refused = (): void => undefined;
    this.#ownWrites.push(writes[kind]?.().then(check, refused) ?? Promise.resolve());
  }

  /** Checks after a resolved own write: the watches show it, unless another client has changed the node again. */
  #checkShown(path: string, mine: string | undefined): void {
    const { tree } = this.#open.zooKeeper;
    const now = tree.statOf(path) === null ? undefined : text(tree.getData(path).data);
    if (now !== mine) return;
    for (const { path: watched, detail, nodes } of this.#watches) {
      const last = nodes.at(-1);
      if (last === undefined) continue;
      const isList = watched === parentOf(path) && detail !== 'none';
      const child = last.children.get(nameOf(path));
      if (watched === path && text(last.data) !== (mine ?? null)) this.#wrong.push(`${path} (${detail}) not ${mine}`);
      if (isList && last.children.has(nameOf(path)) !== (mine !== undefined)) this.#wrong.push(`list without ${mine}`);
      if (isList && detail === 'data' && text(child?.data) !== (mine ?? null))
        this.#wrong.push(`list not with ${mine}`);
    }
  }
}

/** Returns why a delivery is older than one before it. */
function regression(before: readonly RawNode[], { stat }: RawNode): string | undefined {
  const last = before.findLast((node) => node.stat !== null)?.stat;
  if (stat === null || last === null || last === undefined || stat.czxid > last.czxid) return undefined;
  if (stat.czxid < last.czxid) return `czxid went back from ${last.czxid} to ${stat.czxid}`;
  if (stat.mzxid < last.mzxid || stat.pzxid < last.pzxid) return 'it is older than what was delivered before';
  return before.at(-1)?.stat === null ? 'a life that had been delivered as over' : undefined;
}

test.each([
  ['recursive watches', true, deep],
  ['recursive watches of a service', true, flat],
  ['one-shot watches', false, deep],
] as const)(
  'in any order of events, each watch ends with the true state and delivers no other on the way, with %s',
  async (_, recursiveWatches, paths) => {
    const step = stepOn(fc.constantFrom(...paths));
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 80 }), async (isAtRest, steps) => {
        const play = new Play(recursiveWatches);
        await turn(1);
        if (isAtRest) await play.rest();
        for (const one of steps) await play.take(one);
        await play.settle();
      }),
      { numRuns: Number(process.env.NDSR_RUNS ?? 150) },
    );
  },
  120_000,
);
