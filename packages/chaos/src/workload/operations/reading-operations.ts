import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NodeSnapshot } from '@ndsr/core';
import type { Oracle } from '../../oracle/oracle.js';
import type { Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import type { Subject } from './subject.js';

/** Calls that read or watch. */
export const readingOperations: readonly Operation[] = [
  {
    name: 'get of a known path',
    run: async (subject) => {
      const known = subject.registry.get(subject.at('quiet'));
      return await Promise.race([known, nextTurn('late')]);
    },
    violations: (subject, outcome, oracle) =>
      violationsOfAnswer(subject, 'quiet', outcome, oracle, { mayReject: false }),
  },
  {
    name: 'get of a new path',
    run: (subject) => subject.registry.get(subject.at('new')),
    violations: (subject, outcome, oracle) => violationsOfAnswer(subject, 'new', outcome, oracle, { mayReject: true }),
  },
  {
    name: 'get of a new path with waitMs',
    run: (subject) => subject.registry.get(subject.at('new'), { waitMs: 1_000, onTimeout: 'resolve' }),
    violations: (subject, outcome, oracle) => violationsOfAnswer(subject, 'new', outcome, oracle, { mayReject: true }),
  },
  {
    name: 'get of a new path with a callback',
    run: (subject) => subject.registry.get(subject.at('new'), { callback: subject.log('new').callback }),
    violations: (subject, outcome, oracle) => violationsOfAnswer(subject, 'new', outcome, oracle, { mayReject: true }),
  },
  {
    name: 'addCallback on a new path',
    run: async (subject) => void subject.follow('new'),
  },
  {
    name: 'addCallback on a new path, names only',
    run: async (subject) => void subject.follow('new', 'names'),
  },
  {
    name: 'addCallback on a path that does not exist',
    run: async (subject) => void subject.follow('absent'),
  },
  {
    name: 'a watch loop',
    run: (subject) => firstOfLoop(subject, 'watched'),
  },
  {
    name: 'unwatch',
    run: async (subject) => subject.unwatch('watched'),
  },
];

/** Resolves to the first snapshot. The loop continues, and everything it yields is checked in the end. */
function firstOfLoop(subject: Subject, name: string): Promise<NodeSnapshot> {
  const log = subject.log(name);
  return new Promise((resolve, reject) => {
    const loop = async (): Promise<void> => {
      for await (const snapshot of subject.registry.watch(log.path)) {
        log.callback(snapshot);
        resolve(snapshot);
      }
    };
    subject.trackLoop(loop().catch(reject));
  });
}

/** The path never changes, so every value returned for it must equal the final state. */
function violationsOfAnswer(
  subject: Subject,
  name: string,
  outcome: Outcome,
  oracle: Oracle,
  { mayReject }: { readonly mayReject: boolean },
): string[] {
  // Also after a rejection: the registry keeps watching the path.
  const known = oracle.differenceFrom(subject.at(name), subject.registry.peek(subject.at(name)), 'data');
  const violations = known === undefined ? [] : [`peek: ${known}`];
  if (outcome.kind === 'rejected') return mayReject ? violations : [`the call may not reject: ${outcome.error}`];
  if (outcome.value === 'late') return ['a known path was not answered at once'];
  const answer = oracle.differenceFrom(subject.at(name), outcome.value as NodeSnapshot, 'data');
  return answer === undefined ? violations : [...violations, `the call resolved wrongly: ${answer}`];
}
