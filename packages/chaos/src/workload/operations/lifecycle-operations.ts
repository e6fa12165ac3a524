import type { ServiceRegistry } from '@ndsr/core';
import type { Operation } from './operation.js';
import { type Outcome, resolvedOnlyWith } from './outcome.js';

/** Calls that start and stop the registry. */
export const lifecycleOperations: readonly Operation[] = [
  {
    name: 'start()',
    started: false,
    run: (subject) => subject.registry.start(),
    followUp: (subject, outcome) => startAgainIfRejected(subject.registry, outcome),
    violations: (_, outcome) => resolvedOnlyWith(outcome, true),
  },
  {
    name: 'rebuild()',
    run: (subject) => subject.registry.rebuild(),
    followUp: (subject, outcome) => startAgainIfRejected(subject.registry, outcome),
    violations: (_, outcome) => resolvedOnlyWith(outcome, true),
  },
  {
    name: 'stop()',
    endsOpen: false,
    run: (subject) => subject.registry.stop(),
    violations: (subject, outcome) => [
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
    followUp: (subject, outcome) => startAgainIfRejected(subject.registry, outcome),
    violations: (_, outcome) => resolvedOnlyWith(outcome, true),
  },
];

/** Nothing is open after a failed start: the application tries again until a server answers. */
async function startAgainIfRejected(registry: ServiceRegistry, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'resolved') return;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await registry.start().catch(() => false)) return;
  }
}
