import type { Operation } from './operation.js';
import { isTrue, type Outcome, resolvedOnlyWith } from './outcome.js';

/** Calls that write. For the state after a rejected call see docs/decisions/0003-a-rejected-call-leaves-no-trace.md */
export const writingOperations: readonly Operation[] = [
  {
    name: 'setNode of a new path',
    run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 1 }),
    violations: (subject, outcome, oracle) =>
      isTrue(outcome)
        ? subject.expectRegistered('work/node', oracle, { n: 1 })
        : [...resolvedOnlyWith(outcome, true), ...subject.expectAbsent('work/node', oracle)],
  },
  {
    name: 'setNode again with other data',
    prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
    run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 2 }),
    violations: (subject, outcome, oracle) =>
      isTrue(outcome)
        ? subject.expectRegistered('work/node', oracle, { n: 2 })
        : [...resolvedOnlyWith(outcome, true), ...subject.expectRegistered('work/node', oracle)],
  },
  {
    name: 'setNode of twenty paths at once',
    run: (subject) => Promise.allSettled(twenty.map((name) => subject.registry.setNode(subject.at(name), { name }))),
    violations: (subject, outcome, oracle) =>
      each(outcome).flatMap((one, index) => {
        const name = twenty[index] ?? '';
        return isTrue(one)
          ? subject.expectRegistered(name, oracle, { name })
          : [...subject.outcomeViolations(one), ...resolvedOnlyWith(one, true), ...subject.expectAbsent(name, oracle)];
      }),
  },
  {
    name: 'setNode that may be deferred',
    options: { offline: 'defer' },
    run: (subject) => subject.registry.setNode(subject.at('work/node'), { n: 1 }),
    violations: (subject, outcome, oracle) =>
      outcome.kind === 'resolved'
        ? [...resolvedOnlyWith(outcome, true, false), ...subject.expectRegistered('work/node', oracle, { n: 1 })]
        : subject.expectAbsent('work/node', oracle),
  },
  {
    name: 'unset of a registration',
    prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
    run: (subject) => subject.registry.unset(subject.at('work/node')),
    violations: (subject, outcome, oracle) =>
      isTrue(outcome)
        ? subject.expectAbsent('work/node', oracle)
        : [...resolvedOnlyWith(outcome, true), ...subject.expectRegistered('work/node', oracle)],
  },
  {
    name: 'unset that may be deferred',
    options: { offline: 'defer' },
    prepare: async (subject) => void (await subject.registry.setNode(subject.at('work/node'), { n: 1 })),
    run: (subject) => subject.registry.unset(subject.at('work/node')),
    violations: (subject, outcome, oracle) =>
      outcome.kind === 'resolved'
        ? [...resolvedOnlyWith(outcome, true, false), ...subject.expectAbsent('work/node', oracle)]
        : subject.expectRegistered('work/node', oracle),
  },
  {
    name: 'setData of a new path',
    run: (subject) => subject.registry.setData(subject.at('work/data'), { d: 1 }),
    // A rejected call may still have written persistent data.
    violations: (subject, outcome, oracle) =>
      isTrue(outcome) || oracle.at(subject.at('work/data')) !== undefined
        ? subject.expectData('work/data', oracle, { d: 1 })
        : resolvedOnlyWith(outcome, true),
  },
  {
    name: 'setData again with other data',
    prepare: async (subject) => void (await subject.registry.setData(subject.at('work/data'), { d: 1 })),
    run: (subject) => subject.registry.setData(subject.at('work/data'), { d: 2 }),
    violations: (subject, outcome, oracle) =>
      isTrue(outcome) || subject.expectData('work/data', oracle).length > 0
        ? subject.expectData('work/data', oracle, { d: 2 })
        : resolvedOnlyWith(outcome, true),
  },
  {
    name: 'unset of data',
    prepare: async (subject) => void (await subject.registry.setData(subject.at('work/data'), { d: 1 })),
    run: (subject) => subject.registry.unset(subject.at('work/data')),
    violations: (subject, outcome, oracle) =>
      isTrue(outcome) ? subject.expectAbsent('work/data', oracle) : resolvedOnlyWith(outcome, true),
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
