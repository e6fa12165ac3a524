import type { NodeStat, RawChild, RawNode, ReadOptions } from '@ndsr/core/backend';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NodeView } from '../../src/watch/node-view.js';
import type { PendingRead } from '../../src/watch/pending-read.js';

const names = ['a', 'b', 'c'];
const name = fc.constantFrom(...names);

/** An event that may arrive in the middle of a round. */
const event = fc.oneof(
  fc.constantFrom('self', 'names', 'all').map((what) => ({ what, name: '' })),
  fc.record({ what: fc.constantFrom('child', 'gone'), name }),
);
/** The outcomes of the reads of a round. */
const answer = fc.record({
  outcome: fc.constantFrom('found', 'missing', 'failed', 'refused'),
  list: fc.uniqueArray(name),
  mzxid: fc.bigInt({ min: 0n, max: 5n }),
  pzxid: fc.bigInt({ min: 0n, max: 5n }),
  event: fc.option(event, { nil: undefined }),
});
const rounds = fc.array(fc.array(answer, { minLength: 5, maxLength: 5 }), { maxLength: 20 });
type Answer = typeof answer extends fc.Arbitrary<infer Value> ? Value : never;

test.each<ReadOptions>([
  { children: 'none' },
  { children: 'names' },
  { children: 'names', data: false },
  { children: 'data' },
])(
  'with %j a stale view always has something to read, and changes lead from each whole node to the next',
  (options) => {
    fc.assert(
      fc.property(rounds, (history) => {
        const view = new NodeView('/n', options);
        let shown: Map<string, RawChild> | undefined;
        let first: RawNode['children'] | undefined;
        let firstCopy: RawNode['children'] | undefined;
        for (const answers of history) {
          const looks = view.takePendingReads();
          for (const [i, look] of looks.entries()) take(view, look, answers[i % answers.length]);
          view.compare();
          const node = view.whole();
          if (node !== undefined) {
            expect(node.changedChildren === undefined).toBe(shown === undefined);
            shown = changed(shown, node);
            first ??= node.children;
            firstCopy ??= new Map(node.children);
            expect(shown).toEqual(node.children);
          }
          if (view.isStale) expect(peek(view)).not.toHaveLength(0);
        }
        expect(first).toEqual(firstCopy);
      }),
      { numRuns: 2_000 },
    );
  },
);

/** The children of `node` by its changes. */
function changed(before: ReadonlyMap<string, RawChild> | undefined, node: RawNode): Map<string, RawChild> {
  if (before === undefined) return new Map(node.children);
  const now = new Map(before);
  for (const [name, child] of node.changedChildren ?? []) {
    if (child === null) now.delete(name);
    else now.set(name, child);
  }
  return now;
}

function peek(view: NodeView): readonly PendingRead[] {
  const looks = view.takePendingReads();
  for (const look of looks) view.requeue(look);
  return looks;
}

function take(view: NodeView, look: PendingRead, answer: Answer | undefined): void {
  if (answer === undefined) return;
  if (answer.event !== undefined) tell(view, answer.event);
  if (answer.outcome === 'failed') view.requeue(look);
  else if (look.what === 'self') takeSelf(view, answer);
  else if (look.what === 'names') takeNames(view, answer);
  else if (answer.outcome === 'found') view.onChild(look.name, { data: new Uint8Array(1), stat: null });
  else if (answer.outcome === 'missing') view.dropChild(look.name);
  else view.onChild(look.name);
}

function tell(view: NodeView, { what, name }: { what: string; name: string }): void {
  if (what === 'self') view.invalidateSelf();
  else if (what === 'names') view.invalidateNames();
  else if (what === 'all') view.invalidateAll();
  else if (what === 'child') view.invalidateChild(name);
  else view.dropChild(name);
}

function takeSelf(view: NodeView, answer: Answer): void {
  if (answer.outcome === 'found') view.onSelf(null, statOf(answer));
  if (answer.outcome !== 'missing') return;
  view.onSelfMissing();
  view.onAbsent();
}

function takeNames(view: NodeView, answer: Answer): void {
  if (answer.outcome === 'found') view.onNames(answer.list, statOf(answer));
  if (answer.outcome === 'missing') view.onNamesMissing();
}

function statOf({ mzxid, pzxid, list }: Answer): NodeStat {
  const rest = { ctime: 0, mtime: 0, version: 0, cversion: 0, aversion: 0, ephemeralOwner: 0n, dataLength: 0 };
  return { ...rest, czxid: 0n, mzxid, pzxid, numChildren: list.length };
}
