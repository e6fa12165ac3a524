import assert from 'node:assert/strict';
import type { NodeChanges, NodeUpdate, ServiceRegistry } from '@ndsr/core';
import { bytes } from '../support/node-bytes.js';
import { type SeededRandom, withSeed } from '../support/seeded-random.js';
import { FollowedChanges } from './followed-changes.js';
import type { RegistryCase } from './registry-case.js';
import type { RegistryScene } from './registry-scene.js';

/** The differences that callbacks and loops receive. Those of callbacks are also checked in every other case. */
export const changesCases: readonly RegistryCase[] = [
  {
    name: 'changes name everything as added at first, and then the children that differ, with their data and stat',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/ch', bytes('{"own":1}'));
      for (const name of ['a', 'b', '10']) await otherClient.create(`/ch/${name}`, bytes('{"n":1}'));
      const log = await scene.watching(registry, '/ch');
      assert.deepEqual(namesIn(log.changes.at(-1)), { added: ['10', 'a', 'b'], removed: [], changed: [] });
      assert.deepEqual(log.changes.at(-1)?.self, { data: { own: 1 }, stat: log.last?.stat });
      await otherClient.write('/ch/a', bytes('{"n":2}'), 0);
      await log.until('the data', ({ children }) => children.a?.n === 2);
      const { stat } = await otherClient.read('/ch/a', 'none');
      assert.deepEqual(log.changes.at(-1), {
        added: new Map(),
        removed: new Map(),
        changed: new Map([['a', { data: { n: 2 }, stat }]]),
      });
      await otherClient.remove('/ch/a', 1);
      await log.until('the removal', ({ children }) => !('a' in children));
      assert.deepEqual(log.changes.at(-1)?.removed, new Map([['a', { data: { n: 2 }, stat }]]));
      assert.deepEqual(log.changes.at(-1)?.self?.stat, log.last?.stat);
      await otherClient.create('/ch/c', bytes('{"n":3}'));
      await log.until('the new child', ({ children }) => 'c' in children);
      const added = log.changes.at(-1)?.added.get('c');
      assert.deepEqual(added, { data: { n: 3 }, stat: (await otherClient.read('/ch/c', 'none')).stat });
    },
  },
  {
    name: 'changes of a callback that was busy say what differs from the snapshot that it received before',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      for (const name of ['changed', 'removed', 'restored'])
        await otherClient.create(`/busy/${name}`, bytes('{"n":1}'));
      const seen: NodeChanges[] = [];
      let letGo: () => void = () => undefined;
      const written = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      registry.addCallback('/busy', (_, changes) => {
        seen.push(changes);
        return written;
      });
      const log = await scene.watching(registry, '/busy');
      await otherClient.write('/busy/changed', bytes('{"n":2}'), 0);
      await otherClient.create('/busy/passing', bytes('{}'));
      await log.until('the passing child', ({ children }) => 'passing' in children);
      await otherClient.remove('/busy/passing', 0);
      await otherClient.remove('/busy/removed', 0);
      await otherClient.create('/busy/added', bytes('{}'));
      await log.until('everything', ({ children }) => Object.keys(children).join() === 'added,changed,restored');
      letGo();
      await scene.eventually('the second call', () => seen.length === 2);
      assert.deepEqual(namesIn(seen[1]), { added: ['added'], removed: ['removed'], changed: ['changed'] });
    },
  },
  {
    name: 'changes contain a child whose stat alone differs, which causes no call of its own',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/st/a', bytes('{"n":1}'));
      const log = await scene.watching(registry, '/st');
      await otherClient.write('/st/a', bytes('{"n":1}'), 0);
      await scene.quiet();
      assert.equal(log.calls, 1);
      await otherClient.create('/st/b', bytes('{}'));
      await log.until('the new child', ({ children }) => 'b' in children);
      assert.deepEqual(namesIn(log.changes.at(-1)), { added: ['b'], removed: [], changed: ['a'] });
      assert.equal(log.changes.at(-1)?.changed.get('a')?.stat?.version, 1);
    },
  },
  {
    name: "changes with children 'names' have neither data nor stat of a child",
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/cn/a', { n: 1 });
      const log = await scene.watching(registry, '/cn', 'names');
      await scene.watching(registry, '/cn', 'data');
      await other.setNode('/cn/b', { n: 1 });
      await log.until('the new name', ({ children }) => 'b' in children);
      const unknown = { data: null, stat: null };
      assert.deepEqual(log.changes[0]?.added, new Map([['a', unknown]]));
      assert.deepEqual(log.changes.at(-1)?.added, new Map([['b', unknown]]));
    },
  },
  {
    name: 'changes cannot be changed',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/fr/a', { n: 1 });
      const log = await scene.watching(registry, '/fr');
      await other.unset('/fr/a');
      await log.until('the removal', ({ children }) => !('a' in children));
      for (const changes of log.changes) {
        assert.ok(Object.isFrozen(changes));
        for (const map of [changes.added, changes.removed, changes.changed] as Map<string, unknown>[]) {
          assert.throws(() => map.set('x', null), TypeError);
          assert.throws(() => map.clear(), TypeError);
        }
      }
    },
  },
  {
    name: 'a watch loop with changes yields each snapshot with what differs from the one that the loop received before',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setNode('/lo/a', { n: 1 });
      const loop = registry.watch('/lo', { changes: true });
      const followed = new FollowedChanges();
      const next = async (): Promise<NodeUpdate> => {
        const { value } = await scene.within('the next value', loop.next());
        if (value === undefined) throw new Error('the loop ended');
        assert.equal(followed.apply(value.snapshot, value.changes), undefined);
        return value;
      };
      assert.deepEqual(namesIn((await next()).changes), { added: ['a'], removed: [], changed: [] });
      const log = await scene.watching(registry, '/lo');
      await other.setNode('/lo/b', { n: 1 });
      await other.unset('/lo/a');
      await other.setNode('/lo/b', { n: 2 });
      await log.until('the last change', ({ children }) => children.b?.n === 2);
      const { changes, snapshot } = await next();
      assert.deepEqual(namesIn(changes), { added: ['b'], removed: ['a'], changed: [] });
      assert.equal(snapshot, registry.peek('/lo'));
      await loop.return?.();
    },
  },
  {
    name: 'changes lead from each snapshot to the next one through a random history with outages and lost sessions',
    needs: 'faults',
    async run(scene) {
      await withSeed(scene.options.seed, async (random) => await followHistory(scene, random));
    },
  },
];

function namesIn(changes: NodeChanges | undefined): Record<'added' | 'removed' | 'changed', string[]> | undefined {
  if (changes === undefined) return undefined;
  const { added, removed, changed } = changes;
  return { added: [...added.keys()], removed: [...removed.keys()], changed: [...changed.keys()] };
}

const names = ['a', 'b', '7', '10', '__proto__', 'constructor'] as const;

/** A quick callback, one for names and a slow loop follow one path. */
async function followHistory(scene: RegistryScene, random: SeededRandom): Promise<void> {
  const [registry, other] = await scene.pair();
  await other.setData('/hi', { n: 0 });
  const log = await scene.watching(registry, '/hi');
  await scene.watching(registry, '/hi', 'names');
  const loop = registry.watch('/hi', { changes: true });
  const followed = new FollowedChanges();
  for (let i = 0; i < 30; i += 1) {
    const path = `/hi/${random.pick(names)}`;
    if (random.below(3) > 0) await other.setNode(path, { n: random.below(3) });
    else await other.unset(path);
    if (random.below(12) === 0) await loseConnection(scene, random, registry, other);
    if (random.below(4) === 0) {
      await other.setData('/hi', { n: i + 1 });
      await log.until('the data of the node', ({ data }) => data?.n === i + 1);
      const { value } = await scene.within('the next value', loop.next());
      const wrong = value && followed.apply(value.snapshot, value.changes);
      assert.equal(wrong, undefined, `changes of a loop that ${wrong}`);
    }
  }
  await other.setNode('/hi/last', {});
  await log.until('the last child', ({ children }) => 'last' in children);
  await scene.eventually(
    'the callback knows all there is',
    () => log.followed.children.size === log.last?.stat?.numChildren,
  );
  await loop.return?.();
}

async function loseConnection(
  scene: RegistryScene,
  random: SeededRandom,
  registry: ServiceRegistry,
  other: ServiceRegistry,
): Promise<void> {
  if (random.below(2) === 0) {
    await scene.expire(registry);
  } else {
    await scene.goDown(registry, other);
    await scene.comeBack(registry, other);
  }
}
