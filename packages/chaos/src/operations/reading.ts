import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NodeSnapshot } from '@ndsr/core';
import type { Truth } from '../truth/truth.js';
import type { Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import type { Subject } from './subject.js';

/** Calls that look. */
export const readingOperations: readonly Operation[] = [
  {
    name: 'get of a known path',
    run: async (subject) => {
      const known = subject.registry.get(subject.at('quiet'));
      return await Promise.race([known, nextTurn('late')]);
    },
    complaints: (subject, outcome, truth) => isTrueOf(subject, 'quiet', outcome, truth, { mayReject: false }),
  },
  {
    name: 'get of a new path',
    run: (subject) => subject.registry.get(subject.at('new')),
    complaints: (subject, outcome, truth) => isTrueOf(subject, 'new', outcome, truth, { mayReject: true }),
  },
  {
    name: 'get of a new path with waitMs',
    run: (subject) => subject.registry.get(subject.at('new'), { waitMs: 1_000, onTimeout: 'resolve' }),
    complaints: (subject, outcome, truth) => isTrueOf(subject, 'new', outcome, truth, { mayReject: true }),
  },
  {
    name: 'get of a new path with a callback',
    run: (subject) => subject.registry.get(subject.at('new'), { callback: subject.log('new').callback }),
    complaints: (subject, outcome, truth) => isTrueOf(subject, 'new', outcome, truth, { mayReject: true }),
  },
  {
    name: 'addCallback on a new path',
    run: async (subject) => void subject.follow('new'),
  },
  {
    name: 'addCallback on a new path, names alone',
    run: async (subject) => void subject.follow('new', 'names'),
  },
  {
    name: 'addCallback on a path that is not there',
    run: async (subject) => void subject.follow('absent'),
  },
  {
    name: 'a watch loop',
    run: (subject) => firstOfLoop(subject, 'watched'),
  },
  {
    name: 'unwatch',
    run: async (subject) => subject.letGoOf('watched'),
  },
];

/** Resolves with the first snapshot; the loop goes on, and everything that it yields is looked at in the end. */
function firstOfLoop(subject: Subject, name: string): Promise<NodeSnapshot> {
  const log = subject.log(name);
  return new Promise((resolve, reject) => {
    const loop = async (): Promise<void> => {
      for await (const snapshot of subject.registry.watch(log.path)) {
        log.callback(snapshot);
        resolve(snapshot);
      }
    };
    subject.mustEnd(loop().catch(reject));
  });
}

/** Nobody changes the path: whatever is returned of it must be what is there in the end. */
function isTrueOf(
  subject: Subject,
  name: string,
  outcome: Outcome,
  truth: Truth,
  { mayReject }: { readonly mayReject: boolean },
): string[] {
  // Also when it was refused: the registry stays interested.
  const known = truth.differenceFrom(subject.at(name), subject.registry.peek(subject.at(name)), 'data');
  const complaints = known === undefined ? [] : [`peek: ${known}`];
  if (outcome.kind === 'rejected') return mayReject ? complaints : [`the call may not reject: ${outcome.error}`];
  if (outcome.value === 'late') return ['a known path was not answered at once'];
  const answer = truth.differenceFrom(subject.at(name), outcome.value as NodeSnapshot, 'data');
  return answer === undefined ? complaints : [...complaints, `the call resolved wrongly: ${answer}`];
}
