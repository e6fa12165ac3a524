import { setImmediate as turn } from 'node:timers/promises';
import { LeadershipLostError } from '@ndsr/core';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const path = '/model/election';
const registries = 3;

type State = 'stands' | 'leads' | 'winds down' | 'ended' | 'aborted' | 'lost';

/** One call of `lead`, in the model and in the registry. */
class Candidate {
  readonly registry: number;
  readonly requeue: boolean;
  readonly abortion = new AbortController();
  /** The state in the model. */
  state: State = 'stands';
  /** The arguments of the work when it last started. */
  signal: AbortSignal | undefined;
  works = 0;
  /** Ends the work. */
  end: () => void = () => undefined;
  outcome: 'none' | 'value' | 'reason' | 'lost' | 'other' = 'none';

  constructor(registry: number, requeue: boolean) {
    this.registry = registry;
    this.requeue = requeue;
  }

  /** The state in the registry. */
  get seen(): State {
    if (this.outcome !== 'none')
      return ({ value: 'ended', reason: 'aborted', lost: 'lost' } as const)[this.outcome as 'value'];
    if (this.works === 0) return 'stands';
    return this.signal?.aborted === true ? 'winds down' : 'leads';
  }

  readonly work = (signal: AbortSignal): Promise<void> => {
    this.works += 1;
    this.signal = signal;
    return new Promise<void>((resolve) => {
      this.end = resolve;
    }).finally(() => {
      this.works -= 1;
    });
  };

  settle(led: Promise<void>): void {
    led.then(
      () => {
        this.outcome = 'value';
      },
      (error) => {
        if (error === this.abortion.signal.reason) this.outcome = 'reason';
        else this.outcome = error instanceof LeadershipLostError ? 'lost' : 'other';
      },
    );
  }
}

class Model {
  readonly store = new MemoryStore();
  readonly candidates: Candidate[] = [];
  /** The queue of the model; the first leads. */
  line: Candidate[] = [];
  readonly registries = Array.from({ length: registries }, () => {
    const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    return new MemoryServiceRegistry({ store: this.store, logger });
  });

  lead(registry: number, requeue: boolean): void {
    const candidate = new Candidate(registry, requeue);
    this.candidates.push(candidate);
    this.#come(candidate);
    const { signal } = candidate.abortion;
    const election = this.registries[registry]?.getElection(path, { name: `${this.candidates.length}` });
    if (election !== undefined) candidate.settle(election.lead(candidate.work, { signal, requeue }));
  }

  /** The work of a leader ends. */
  end(candidate: Candidate): void {
    candidate.end();
    if (candidate.state === 'leads') this.#go(candidate, 'ended');
    else if (candidate.requeue) this.#come(candidate);
    else candidate.state = 'lost';
  }

  abort(candidate: Candidate): void {
    candidate.abortion.abort();
    this.#go(candidate, 'aborted');
  }

  async crash(registry: number): Promise<void> {
    const theirs = this.line.filter((one) => one.registry === registry);
    const [leader] = this.line;
    for (const one of theirs) this.#go(one, one === leader ? 'winds down' : 'stands');
    for (const one of theirs) if (one.state === 'stands') this.#come(one);
    await this.store.expire(this.registries[registry] ?? this.store);
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 6; i += 1) await turn();
  }

  async check(): Promise<void> {
    expect(this.candidates.map(({ seen }) => seen)).toEqual(this.candidates.map(({ state }) => state));
    for (const { works } of this.candidates) expect(works).toBeLessThanOrEqual(1);
    const nodes = this.store.dump().filter((node) => node.startsWith(`${path}/`));
    expect(nodes.length).toBe(this.line.length);
    const names = this.line.map((one) => `${this.candidates.indexOf(one) + 1}`);
    const election = this.registries[0]?.getElection(path);
    expect(await election?.contenders()).toEqual(names);
    expect(await election?.leader()).toBe(names[0]);
  }

  #come(candidate: Candidate): void {
    candidate.state = 'stands';
    this.line.push(candidate);
    this.#elect();
  }

  #go(candidate: Candidate, state: State): void {
    candidate.state = state;
    this.line = this.line.filter((one) => one !== candidate);
    this.#elect();
  }

  #elect(): void {
    const [first] = this.line;
    if (first !== undefined) first.state = 'leads';
  }
}

type Operation = {
  readonly what: 'lead' | 'end' | 'abort' | 'crash';
  readonly which: number;
  readonly requeue: boolean;
};

const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom('lead', 'lead', 'lead', 'end', 'end', 'end', 'abort', 'crash'),
  which: fc.nat(20),
  requeue: fc.boolean(),
});

async function perform(model: Model, { what, which, requeue }: Operation): Promise<void> {
  const pick = (...states: State[]): Candidate | undefined => {
    const from = model.candidates.filter(({ state }) => states.includes(state));
    return from[which % Math.max(1, from.length)];
  };
  if (what === 'lead') model.lead(which % registries, requeue);
  if (what === 'crash') await model.crash(which % registries);
  const working = pick('leads', 'winds down');
  if (what === 'end' && working !== undefined) model.end(working);
  const standing = pick('stands');
  if (what === 'abort' && standing !== undefined) model.abort(standing);
}

test('any sequence of lead, end of work, abort and crash behaves like a queue whose first member leads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
      const model = new Model();
      for (const registry of model.registries) await registry.start();
      for (const one of operations) {
        await perform(model, one);
        await model.settle();
        await model.check();
      }
      await Promise.all(model.registries.map((registry) => registry.stop()));
      for (const { end } of model.candidates) end();
      await model.settle();
      expect(model.store.dump().filter((node) => node.startsWith(`${path}/`))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('for any concurrent events there are never two leaders, and all calls end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
      const model = new Model();
      for (const registry of model.registries) await registry.start();
      for (const [i, one] of operations.entries()) {
        await perform(model, one);
        if (i % 3 === 2) await turn();
        expect(model.candidates.filter(({ seen }) => seen === 'leads').length).toBeLessThanOrEqual(1);
      }
      // The remaining candidates lead now.
      while (model.candidates.some(({ outcome }) => outcome === 'none')) {
        for (const { end } of model.candidates) end();
        await turn();
      }
      expect(model.candidates.filter(({ outcome }) => outcome === 'other')).toEqual([]);
      await model.settle();
      expect(model.store.dump().filter((node) => node.startsWith(`${path}/`))).toEqual([]);
      await Promise.all(model.registries.map((registry) => registry.stop()));
    }),
    { numRuns: 150 },
  );
});
