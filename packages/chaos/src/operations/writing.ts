import type { Operation } from './operation.js';
import { isTrue, type Outcome, resolvedOnlyWith } from './outcome.js';

/** Calls that change something. What a call that rejects may leave behind: docs/decisions/0003-a-rejected-call-leaves-no-trace.md */
export const writingOperations: readonly Operation[] = [
  {
    name: 'setNode of a new path',
    run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 1 }),
    complaints: (subject, outcome, truth) =>
      isTrue(outcome)
        ? subject.standsAt('work/node', truth, { n: 1 })
        : [...resolvedOnlyWith(outcome, true), ...subject.isAbsent('work/node', truth)],
  },
  {
    name: 'setNode again with other data',
    prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
    run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 2 }),
    complaints: (subject, outcome, truth) =>
      isTrue(outcome)
        ? subject.standsAt('work/node', truth, { n: 2 })
        : [...resolvedOnlyWith(outcome, true), ...subject.standsAt('work/node', truth)],
  },
  {
    name: 'setNode of twenty paths at once',
    run: (subject) => Promise.allSettled(twenty.map((name) => subject.registry.setNode(subject.at(name), { name }))),
    complaints: (subject, outcome, truth) =>
      each(outcome).flatMap((one, index) => {
        const name = twenty[index] ?? '';
        return isTrue(one)
          ? subject.standsAt(name, truth, { name })
          : [...subject.mayEndWith(one), ...resolvedOnlyWith(one, true), ...subject.isAbsent(name, truth)];
      }),
  },
  {
    name: 'setNode that may be put off',
    options: { offline: 'defer' },
    run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 1 }),
    complaints: (subject, outcome, truth) =>
      outcome.kind === 'resolved'
        ? [...resolvedOnlyWith(outcome, true, false), ...subject.standsAt('work/node', truth, { n: 1 })]
        : subject.isAbsent('work/node', truth),
  },
  {
    name: 'unset of a registration',
    prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
    run: (subject) => subject.registry.unset(subject.at('work/node')),
    complaints: (subject, outcome, truth) =>
      isTrue(outcome)
        ? subject.isAbsent('work/node', truth)
        : [...resolvedOnlyWith(outcome, true), ...subject.standsAt('work/node', truth)],
  },
  {
    name: 'unset that may be put off',
    options: { offline: 'defer' },
    prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
    run: (subject) => subject.registry.unset(subject.at('work/node')),
    complaints: (subject, outcome, truth) =>
      outcome.kind === 'resolved'
        ? [...resolvedOnlyWith(outcome, true, false), ...subject.isAbsent('work/node', truth)]
        : subject.standsAt('work/node', truth),
  },
  {
    name: 'setData of a new path',
    run: (subject) => subject.registry.setData(subject.at('work/data'), { d: 1 }),
    // Persistent data of a call that was rejected may have been written all the same.
    complaints: (subject, outcome, truth) =>
      isTrue(outcome) || truth.at(subject.at('work/data')) !== undefined
        ? subject.holds('work/data', truth, { d: 1 })
        : resolvedOnlyWith(outcome, true),
  },
  {
    name: 'setData again with other data',
    prepare: async (subject) => void (await subject.registry.setData(subject.at('work/data'), { d: 1 })),
    run: (subject) => subject.registry.setData(subject.at('work/data'), { d: 2 }),
    complaints: (subject, outcome, truth) =>
      isTrue(outcome) || subject.holds('work/data', truth).length > 0
        ? subject.holds('work/data', truth, { d: 2 })
        : resolvedOnlyWith(outcome, true),
  },
  {
    name: 'unset of data',
    prepare: async (subject) => void (await subject.registry.setData(subject.at('work/data'), { d: 1 })),
    run: (subject) => subject.registry.unset(subject.at('work/data')),
    complaints: (subject, outcome, truth) =>
      isTrue(outcome) ? subject.isAbsent('work/data', truth) : resolvedOnlyWith(outcome, true),
  },
];

const twenty = Array.from({ length: 20 }, (_, index) => `work/node-${index}`);

function each(outcome: Outcome): Outcome[] {
  const results = (outcome.kind === 'resolved' ? outcome.value : []) as readonly PromiseSettledResult<unknown>[];
  return results.map((result) =>
    result.status === 'fulfilled'
      ? { kind: 'resolved', value: result.value }
      : { kind: 'rejected', error: result.reason },
  );
}
