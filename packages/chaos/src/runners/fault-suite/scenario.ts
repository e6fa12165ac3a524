import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ErrorCode,
  NoConnectionError,
  type RegistryOptions,
  type ServiceRegistry,
  TimeoutError,
} from '@ndsr/core';
import type { Oracle } from '../../oracle/oracle.js';
import type { ReferenceClient } from '../../oracle/reference-client.js';
import type { Timeline } from '../../timeline.mjs';
import type { Operation } from '../../workload/operations/operation.js';
import { type Outcome, settled } from '../../workload/operations/outcome.js';
import type { SnapshotLog } from '../../workload/operations/snapshot-log.js';
import { Subject } from '../../workload/operations/subject.js';

/** When an operation is started, relative to the fault. */
export const moments = ['before', 'during', 'after'] as const;
export type Moment = (typeof moments)[number];

/** The root of the scenarios' subtrees. */
export const scenariosRoot = '/fault-suite';

export interface ScenarioOptions {
  readonly operation: Operation;
  readonly moment: Moment;
  readonly registry: (options: RegistryOptions) => ServiceRegistry;
  /** Error codes that the call may reject with. */
  readonly mayReject: ReadonlySet<ErrorCode>;
  /** The longest time for the call, from its start, ms. */
  readonly deadlineMs: number;
  readonly timeline: Timeline;
}

/** One operation, started at one moment around one fault, with its own registry and subtree. */
export class Scenario {
  readonly name: string;
  readonly operation: Operation;
  readonly moment: Moment;
  readonly #deadlineMs: number;
  readonly #note: (line: string) => void;
  readonly #subject: Subject;
  /** Log of a path that never changes. */
  #quiet: SnapshotLog | undefined;
  #outcome: Outcome | undefined;

  constructor({ operation, moment, registry, mayReject, deadlineMs, timeline }: ScenarioOptions) {
    this.operation = operation;
    this.moment = moment;
    this.name = `${operation.name}, started ${moment} the fault`;
    this.#deadlineMs = deadlineMs;
    this.#note = (line) => timeline.note(`${this.name}: ${line}`, operation.name);
    const logger = timeline.logger(this.name, operation.name);
    const root = `${scenariosRoot}/${operation.name.replaceAll(/\W+/g, '-')}-${moment}`;
    this.#subject = new Subject(registry({ logger, ...operation.options }), root, mayReject);
  }

  get registry(): ServiceRegistry {
    return this.#subject.registry;
  }

  /** The reference client creates the initial nodes. */
  async createNodes(referenceClient: ReferenceClient): Promise<void> {
    const at = (name: string): string => this.#subject.at(name);
    await referenceClient.create(at('watched'), { round: 0 });
    await referenceClient.create(at('watched/child-0'), { child: 0 });
    await referenceClient.create(at('quiet'), { quiet: true });
    await referenceClient.create(at('quiet/child'), { child: 'of quiet' });
    await referenceClient.create(at('new'), { new: true });
    await referenceClient.create(at('new/child'), { child: 'of new' });
    await referenceClient.create(at('work'));
  }

  /** The reference client changes the watched nodes. */
  async changeNodes(referenceClient: ReferenceClient, round: number): Promise<void> {
    const watched = this.#subject.at('watched');
    await Promise.all([
      referenceClient.write(watched, { round }),
      referenceClient.create(`${watched}/child-${round}`, { child: round }),
      referenceClient.remove(`${watched}/child-${round - 1}`),
    ]);
  }

  async prepare(): Promise<void> {
    if (this.#isStarted) await this.#begin();
    await retryDuringOutage(async () => this.operation.prepare?.(this.#subject));
  }

  /** True when all prepared nodes exist. On a busy machine a short session may be lost during the preparation. */
  isPrepared(oracle: Oracle): boolean {
    const { registered } = this.#subject.events;
    const isConnected = !this.#isStarted || this.registry.phase === 'connected';
    return isConnected && [...registered].every((path) => oracle.at(path) !== undefined);
  }

  /** Records the state before the fault. */
  recordOracle(oracle: Oracle): void {
    this.#subject.recordOracle(oracle);
  }

  /** Starts the operation; resolves when it has settled, or at its deadline. */
  async run(): Promise<void> {
    this.#note('begins');
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, this.#deadlineMs, undefined);
    });
    this.#outcome = await Promise.race([settled(this.operation.run(this.#subject)), overdue]);
    clearTimeout(timer);
    this.#note(describeOutcome(this.#outcome));
  }

  async followUp(): Promise<void> {
    if (this.#outcome !== undefined) await this.operation.followUp?.(this.#subject, this.#outcome);
  }

  /** Violations of the invariants; empty when all hold. */
  violations(oracle: Oracle): string[] {
    if (this.#outcome === undefined) return [`the call has not settled within ${this.#deadlineMs} ms`];
    return [
      ...this.#subject.outcomeViolations(this.#outcome),
      ...this.#subject.events.violations,
      ...(this.operation.violations?.(this.#subject, this.#outcome, oracle) ?? []),
      ...this.#leftoverNodes(oracle),
      ...(this.#endsOpen ? this.#violationsOfOpen(oracle) : []),
    ];
  }

  /** The number of changes of the phase. */
  get phaseChanges(): number {
    return this.#subject.events.phaseChanges;
  }

  /** The number of calls of callbacks. */
  get callbackCalls(): number {
    return this.#subject.callbackCalls;
  }

  stop(): Promise<void> {
    return this.#subject.stop();
  }

  get #isStarted(): boolean {
    return this.operation.started ?? true;
  }

  get #endsOpen(): boolean {
    return this.operation.endsOpen ?? true;
  }

  async #begin(): Promise<void> {
    const { registry } = this.#subject;
    await retryDuringOutage(() => registry.setNode(this.#subject.at('standing'), { standing: true }));
    for (const log of [this.#subject.follow('watched'), this.#subject.follow('quiet')]) {
      await retryDuringOutage(() => registry.get(log.path));
      this.#quiet = log;
    }
  }

  #violationsOfOpen(oracle: Oracle): string[] {
    const { phase } = this.registry;
    if (phase !== 'connected') return [`the registry is ${phase}`];
    const calls = this.#quiet?.snapshots.length ?? 1;
    return [
      ...this.#subject.logViolations(oracle),
      ...(this.#isStarted ? this.#subject.expectRegistered('standing', oracle) : []),
      ...(calls === 1 ? [] : [`a callback of ${this.#quiet?.path}, where nothing changes, was called ${calls} times`]),
    ];
  }

  /** Ephemeral nodes of an earlier session, or of a stopped registry. */
  #leftoverNodes(oracle: Oracle): string[] {
    const { session, sessions } = this.#subject.events;
    const over = sessions.filter((one) => one !== session || !this.#endsOpen);
    return over
      .flatMap((one) => oracle.ephemerals(one))
      .map((path) => `${path} is left over from a session that has ended`);
  }
}

/** Preparation may take longer than the deadlines of calls: the machine may be busy. */
async function retryDuringOutage(call: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return void (await call());
    } catch (error) {
      const isOutage = error instanceof NoConnectionError || error instanceof TimeoutError;
      if (!isOutage || performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

function describeOutcome(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'has not settled';
  if (outcome.kind === 'rejected') return `rejects with ${outcome.error}`;
  return typeof outcome.value === 'boolean' ? `resolves to ${outcome.value}` : 'resolves';
}
