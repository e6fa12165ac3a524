import type { ServiceRegistry } from '@ndsr/core';
import type { Operation } from './operation.js';
import { type Outcome, resolvedOnlyWith } from './outcome.js';

/** Calls that open and close. */
export const lifeOperations: readonly Operation[] = [
  {
    name: 'start()',
    started: false,
    run: (subject) => subject.registry.start(),
    followUp: (subject, outcome) => startUnless(subject.registry, outcome),
    complaints: (_, outcome) => resolvedOnlyWith(outcome, true),
  },
  {
    name: 'rebuild()',
    run: (subject) => subject.registry.rebuild(),
    followUp: (subject, outcome) => startUnless(subject.registry, outcome),
    complaints: (_, outcome) => resolvedOnlyWith(outcome, true),
  },
  {
    name: 'stop()',
    endsOpen: false,
    run: (subject) => subject.registry.stop(),
    complaints: (subject, outcome) => [
      ...(outcome.kind === 'rejected' ? [`stop() may not reject: ${outcome.error}`] : []),
      ...(subject.registry.phase === 'stopped' ? [] : [`the registry is ${subject.registry.phase} after stop()`]),
    ],
  },
  {
    name: 'stop() and start()',
    run: async (subject) => {
      await subject.registry.stop();
      return await subject.registry.start();
    },
    followUp: (subject, outcome) => startUnless(subject.registry, outcome),
    complaints: (_, outcome) => resolvedOnlyWith(outcome, true),
  },
];

/** Nothing is open after a start that failed: the application tries again, until there is a server. */
async function startUnless(registry: ServiceRegistry, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'resolved') return;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await registry.start().catch(() => false)) return;
  }
}
