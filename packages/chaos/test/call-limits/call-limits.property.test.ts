import { env } from 'node:process';
import { type RegistryOptions, ServiceRegistryError } from '@ndsr/core';
import { FakeClock, turn } from '@ndsr/test-support';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busyElection, busyLock, type Call, calls, foundPath, heldLock } from './calls.js';
import { memoryErrors, openMemorySubject } from './memory-subject.js';
import type { Answer, Answers, Subject, SubjectOptions } from './subject.js';
import { openZooKeeperSubject, zooKeeperErrors } from './zookeeper-subject.js';

/** Histories for each backend: 5,000 in total by default. */
const histories = Number(env.NDSR_CALL_HISTORIES ?? 2_500);
const timeoutMs = 4_000;
const requestTimeoutMs = 1_000;

type Phase = 'idle' | 'connecting' | 'connected' | 'suspended' | 'lost' | 'stopped';
const phases: readonly Phase[] = ['idle', 'connecting', 'connected', 'suspended', 'lost', 'stopped'];
/** Sessions never expire by themselves in memory. */
const phasesInMemory = phases.filter((phase) => phase !== 'lost');

const disturbances = {
  'the servers go down': (subject: Subject) => subject.goDown(),
  'the servers come back': (subject: Subject) => subject.comeBack(),
  'the session expires': (subject: Subject) => subject.expire(),
};
const disturbance = fc.constantFrom(...(Object.keys(disturbances) as (keyof typeof disturbances)[]));

interface History {
  readonly phase: Phase;
  readonly call: string;
  readonly answers: Answers;
  readonly offline: 'throw' | 'defer';
  /** Events during the call, each `afterMs` after the previous one. */
  readonly meanwhile: readonly { readonly afterMs: number; readonly what: keyof typeof disturbances }[];
}

function historiesWith(errors: readonly string[], inPhases: readonly Phase[]): fc.Arbitrary<History> {
  const answer: fc.Arbitrary<Answer> = fc.oneof(
    fc.constant('sound'),
    fc.constant('silence'),
    fc.constantFrom(...errors),
  );
  return fc.record({
    phase: fc.oneof(fc.constantFrom(...inPhases), fc.constant<Phase>('connected')),
    call: fc.constantFrom(...Object.keys(calls)),
    answers: fc.record({ first: fc.array(answer, { maxLength: 8 }), rest: answer }),
    offline: fc.constantFrom('throw', 'defer'),
    meanwhile: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 1_200 }), what: disturbance }), {
      maxLength: 2,
    }),
  });
}

/** Creates the other clients' nodes and brings the registry into `phase`. */
async function reach(phase: Phase, subject: Subject, clock: FakeClock): Promise<void> {
  const { registry } = subject;
  if (phase === 'idle') return;
  if (phase !== 'connecting') {
    await Promise.all([registry.start(), turn()]);
    await registry.setData(foundPath, { found: true });
    await registry.setData(`${busyLock}/stranger`, {});
    await registry.setData(`${busyElection}/00000000000000000000000000000000__lock__0000000000`, {});
    await registry.acquireLock(heldLock);
    if (phase === 'connected') return;
    if (phase === 'stopped') return registry.stop();
  }
  subject.goDown();
  if (phase === 'connecting') void registry.start();
  await clock.advance(phase === 'suspended' ? 100 : 2 * timeoutMs);
  expect(registry.phase).toBe(phase);
}

/** The longest time for the call, ms. */
function limitOf({ ownMs, endsBySignal = false, connects = false }: Call, phase: Phase): number {
  const startMs = connects || (phase === 'idle' && !endsBySignal) ? timeoutMs : 0;
  return startMs + ownMs + requestTimeoutMs;
}

async function play(history: History, open: (options: SubjectOptions) => Subject): Promise<void> {
  const { phase, answers, offline } = history;
  const clock = new FakeClock();
  const options: RegistryOptions = {
    lazy: true,
    timeoutMs,
    requestTimeoutMs,
    offline,
    safetyRereadMs: 0,
    logger: quiet,
  };
  const subject = open({ ...options, clock });
  await reach(phase, subject, clock);
  const call = calls[history.call] as Call;
  subject.answer(answers);

  const controller = new AbortController();
  const cancelAbort = clock.timer(call.ownMs, () => controller.abort());
  const limitMs = limitOf(call, phase);
  let outcome: Outcome | undefined;
  void outcomeOf(call.make(subject.registry, controller.signal), controller.signal).then((settledWith) => {
    outcome = settledWith;
  });
  let passedMs = 0;
  for (const { afterMs, what } of history.meanwhile) {
    await clock.advance(afterMs, () => outcome !== undefined);
    passedMs += afterMs;
    disturbances[what](subject);
  }
  await clock.advance(Math.max(0, limitMs - passedMs), () => outcome !== undefined);
  expect(outcome, `${history.call} ends within ${limitMs} ms`).toMatch(
    /^(resolved|the reason of its signal|ERR_NDSR_\w+)$/,
  );
  cancelAbort();

  // Nothing continues after a stop, which ends in time too.
  let isStopped = false;
  void subject.registry.stop().then(() => {
    isStopped = true;
  });
  await clock.advance(requestTimeoutMs, () => isStopped);
  expect(isStopped, `stop after ${history.call} ends within ${requestTimeoutMs} ms`).toBe(true);
}

/** `resolved`, an error code, or a description of any other outcome. */
type Outcome = string;

async function outcomeOf(call: Promise<unknown>, signal: AbortSignal): Promise<Outcome> {
  try {
    await call;
    return 'resolved';
  } catch (error) {
    if (error === signal.reason) return 'the reason of its signal';
    return error instanceof ServiceRegistryError ? error.code : `an error that is not typed: ${String(error)}`;
  }
}

const nothing = (): void => undefined;
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

describe('every call ends within its own limit plus one request timeout, in every phase and under every error', () => {
  it.each([
    ['memory', memoryErrors, phasesInMemory, openMemorySubject],
    ['zookeeper', zooKeeperErrors, phases, openZooKeeperSubject],
  ] as const)('on %s', { timeout: 600_000 }, async (_, errors, inPhases, open) => {
    await fc.assert(
      fc.asyncProperty(historiesWith(errors, inPhases), (history) => play(history, open)),
      { numRuns: histories },
    );
  });
});
