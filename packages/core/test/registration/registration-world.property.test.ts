import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import type { RegistryOptions } from '../../src/options/registry-options.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { type FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

const rival = 0xffn;

/** What happens around a registration; each leaves the rest of the world as it is. */
const happenings: Record<string, (registry: FakeRegistry) => unknown> = {
  'a stranger deletes': ({ store }) => store.delete('/a'),
  'a stranger edits': ({ store }) => store.has('/a') && store.put('/a', bytes({ edited: 1 }), store.owner('/a')),
  'a stranger leaves data': ({ store }) => store.put('/a', bytes({ stray: 1 })),
  'a rival takes it': ({ store }) => store.put('/a', bytes({ rival: 1 }), rival),
  'the rival goes': ({ store }) => store.endSession(rival),
  'the connection breaks': ({ backend }) => backend.connected && backend.suspend(),
  'the session is lost': ({ backend }) => backend.lose(),
  'the session is lost, its nodes stay': ({ backend }) => backend.lose('ghost'),
  'the connection comes': ({ backend }) => backend.connected || backend.up(),
  'it comes and goes at once': ({ backend }) => {
    if (!backend.connected) backend.up();
    backend.suspend();
    backend.up();
  },
  'a create is not permitted': ({ backend }) => backend.fail('create', new NotAuthorizedError('/a')),
  'a create is lost on its way back': ({ backend }) => backend.failAfterwards('create', new BackendError('odd')),
  'a write is lost on its way back': ({ backend }) => backend.failAfterwards('write', new BackendError('odd')),
  'a remove is lost on its way back': ({ backend }) => backend.failAfterwards('remove', new BackendError('odd')),
  'a read fails': ({ backend }) => backend.fail('read', new BackendError('odd')),
  'a create hangs': ({ backend }) => backend.hold('create'),
  'a remove hangs': ({ backend }) => backend.hold('remove'),
  // Servers answer in the order in which they were asked: what has been overtaken was never sent.
  'an answer comes': ({ backend }) => backend.pending[0]?.answerInOrder(),
  'some time passes': ({ clock }) => clock.advance(700),
  'much time passes': ({ clock }) => clock.advance(20_000),
  'it is rebuilt': (registry) => registry.rebuild(),
};

const around = fc.array(fc.constantFrom(...Object.keys(happenings)), { maxLength: 3 });
const call = fc.oneof(fc.nat(3), fc.constant('unset' as const));
const script = fc.array(fc.record({ before: around, call: fc.option(call), meanwhile: around }), { maxLength: 7 });

async function happen(registry: FakeRegistry, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const work = Promise.resolve(happenings[name]?.(registry)).catch(() => undefined);
    // Time passes before the next thing happens; nothing else is waited for.
    await (name.endsWith('time passes') ? work : turn(1));
  }
}

/** Until the outcome is there: every call ends, at the latest by its deadline. */
async function settle(registry: FakeRegistry, outcome: Outcome<boolean>): Promise<void> {
  for (let i = 0; i < 40 && outcome.state === 'pending'; i += 1) await registry.clock.advance(1_000);
  expect(outcome.state, 'the call ends').not.toBe('pending');
}

/** Registered and unregistered take turns, and say in the end what is the case. */
function expectHonestEvents(registry: FakeRegistry): void {
  const told = registry.news().filter((line) => !line.startsWith('conflict'));
  for (const [index, line] of told.entries()) {
    expect(line.startsWith('registered'), told.join()).toBe(index % 2 === 0);
  }
  const stands = registry.store.owner('/a') === registry.backend.session?.id;
  expect(told.length % 2 === 1, told.join()).toBe(stands);
}

describe('a registration', () => {
  it.each<[string, RegistryOptions]>([
    ["offline: 'throw'", { offline: 'throw' }],
    ["offline: 'defer'", { offline: 'defer' }],
    ['slowly', { offline: 'defer', restorePerSecond: 0.5, restoreJitterMs: 1_500, random: () => 0.5 }],
  ])(
    '(%s) comes to what was last accepted, whatever happens, and leaves nothing behind',
    async (_, options) => {
      await fc.assert(
        fc.asyncProperty(script, async (steps) => {
          const registry = await startedRegistry({ ...options, timeoutMs: 2_000, requestTimeoutMs: 4_000 });
          let wished: number | undefined;
          for (const step of steps) {
            await happen(registry, step.before);
            if (step.call === null) continue;
            const wish = step.call === 'unset' ? undefined : step.call;
            const made = wish === undefined ? registry.unset('/a') : registry.setNode('/a', { x: wish });
            const outcome = new Outcome(made);
            await happen(registry, step.meanwhile);
            await settle(registry, outcome);
            if (outcome.state === 'fulfilled') wished = wish;
          }
          registry.backend.heal();
          registry.store.endSession(rival);
          await turn();
          if (!registry.backend.connected) registry.backend.up();
          await registry.clock.advance(150_000);
          const { session } = registry.backend;
          expect(registry.store.owner('/a') === session?.id).toBe(wished !== undefined);
          if (wished !== undefined) expect(registry.store.json('/a')?.x).toBe(wished);
          expect(registry.backend.watchesOf('/a')).toHaveLength(wished === undefined ? 0 : 1);
          expect(registry.backend.requests.length).toBeLessThan(400);
          expectHonestEvents(registry);
          await expectQuietAfterStop(registry);
          expect(registry.store.owner('/a') ?? 0n).toBe(0n);
        }),
        { numRuns: 300 },
      );
    },
    180_000,
  );
});
