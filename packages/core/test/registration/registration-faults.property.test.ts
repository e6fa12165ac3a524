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

const competitor = 0xffn;

/** Faults and changes by other clients. Each leaves everything else as it is. */
const faults: Record<string, (registry: FakeRegistry) => unknown> = {
  'another client deletes': ({ store }) => store.delete('/a'),
  'another client edits': ({ store }) => store.has('/a') && store.put('/a', bytes({ edited: 1 }), store.owner('/a')),
  'another client writes persistent data': ({ store }) => store.put('/a', bytes({ stray: 1 })),
  'a competing owner takes it': ({ store }) => store.put('/a', bytes({ competing: 1 }), competitor),
  'the competing owner goes': ({ store }) => store.endSession(competitor),
  'the connection breaks': ({ backend }) => backend.connected && backend.suspend(),
  'the session is lost': ({ backend }) => backend.lose(),
  'the session is lost, its nodes stay': ({ backend }) => backend.lose('ghost'),
  'the connection returns': ({ backend }) => backend.connected || backend.up(),
  'it returns, breaks and returns': ({ backend }) => {
    if (!backend.connected) backend.up();
    backend.suspend();
    backend.up();
  },
  'a create is not permitted': ({ backend }) => backend.fail('create', new NotAuthorizedError('/a')),
  'the reply to a create is lost': ({ backend }) => backend.failAfterwards('create', new BackendError('odd')),
  'the reply to a write is lost': ({ backend }) => backend.failAfterwards('write', new BackendError('odd')),
  'the reply to a remove is lost': ({ backend }) => backend.failAfterwards('remove', new BackendError('odd')),
  'a read fails': ({ backend }) => backend.fail('read', new BackendError('odd')),
  'a create hangs': ({ backend }) => backend.hold('create'),
  'a remove hangs': ({ backend }) => backend.hold('remove'),
  // Servers answer in order: a request that was overtaken was never sent.
  'an answer arrives': ({ backend }) => backend.pending[0]?.answerInOrder(),
  'some time passes': ({ clock }) => clock.advance(700),
  'much time passes': ({ clock }) => clock.advance(20_000),
  'the registry is rebuilt': (registry) => registry.rebuild(),
};

const around = fc.array(fc.constantFrom(...Object.keys(faults)), { maxLength: 3 });
const call = fc.oneof(fc.nat(3), fc.constant('unset' as const));
const script = fc.array(fc.record({ before: around, call: fc.option(call), meanwhile: around }), { maxLength: 7 });

async function inject(registry: FakeRegistry, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const work = Promise.resolve(faults[name]?.(registry)).catch(() => undefined);
    // Only waits for time to pass.
    await (name.endsWith('time passes') ? work : turn(1));
  }
}

/** Waits for the outcome: every call ends, at the latest at its deadline. */
async function settle(registry: FakeRegistry, outcome: Outcome<boolean>): Promise<void> {
  for (let i = 0; i < 40 && outcome.state === 'pending'; i += 1) await registry.clock.advance(1_000);
  expect(outcome.state, 'the call ends').not.toBe('pending');
}

/** `registered` and `unregistered` alternate, and the last one matches the store. */
function expectCorrectEvents(registry: FakeRegistry): void {
  const events = registry.news().filter((line) => !line.startsWith('conflict'));
  for (const [index, line] of events.entries()) {
    expect(line.startsWith('registered'), events.join()).toBe(index % 2 === 0);
  }
  const exists = registry.store.owner('/a') === registry.backend.session?.id;
  expect(events.length % 2 === 1, events.join()).toBe(exists);
}

describe('a registration', () => {
  it.each<[string, RegistryOptions]>([
    ["offline: 'throw'", { offline: 'throw' }],
    ["offline: 'defer'", { offline: 'defer' }],
    ['slowly', { offline: 'defer', restorePerSecond: 0.5, restoreJitterMs: 1_500, random: () => 0.5 }],
  ])(
    '(%s) reaches the last accepted state, no matter what happens, and leaves no node behind',
    async (_, options) => {
      await fc.assert(
        fc.asyncProperty(script, async (steps) => {
          const registry = await startedRegistry({ ...options, timeoutMs: 2_000, requestTimeoutMs: 4_000 });
          let accepted: number | undefined;
          for (const step of steps) {
            await inject(registry, step.before);
            if (step.call === null) continue;
            const desired = step.call === 'unset' ? undefined : step.call;
            const write = desired === undefined ? registry.unset('/a') : registry.setNode('/a', { x: desired });
            const outcome = new Outcome(write);
            await inject(registry, step.meanwhile);
            await settle(registry, outcome);
            if (outcome.state === 'fulfilled') accepted = desired;
          }
          registry.backend.heal();
          registry.store.endSession(competitor);
          await turn();
          if (!registry.backend.connected) registry.backend.up();
          await registry.clock.advance(150_000);
          const { session } = registry.backend;
          expect(registry.store.owner('/a') === session?.id).toBe(accepted !== undefined);
          if (accepted !== undefined) expect(registry.store.json('/a')?.x).toBe(accepted);
          expect(registry.backend.watchesOf('/a')).toHaveLength(accepted === undefined ? 0 : 1);
          expect(registry.backend.requests.length).toBeLessThan(400);
          expectCorrectEvents(registry);
          await expectQuietAfterStop(registry);
          expect(registry.store.owner('/a') ?? 0n).toBe(0n);
        }),
        { numRuns: 300 },
      );
    },
    180_000,
  );
});
