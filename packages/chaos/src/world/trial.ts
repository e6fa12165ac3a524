import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ErrorCode,
  NoConnectionError,
  type RegistryOptions,
  type ServiceRegistry,
  TimeoutError,
} from '@ndsr/core';
import type { Operation } from '../operations/operation.js';
import { type Outcome, settled } from '../operations/outcome.js';
import type { SnapshotLog } from '../operations/snapshot-log.js';
import { Subject } from '../operations/subject.js';
import type { Truth } from '../truth/truth.js';
import type { Witness } from '../truth/witness.js';
import type { Timeline } from './timeline.js';

/** When an operation is started. */
export const moments = ['before', 'during', 'after'] as const;
export type Moment = (typeof moments)[number];

/** Everything that trials do is below it. */
export const trialsRoot = '/fault-suite';

export interface TrialOptions {
  readonly operation: Operation;
  readonly moment: Moment;
  readonly registry: (options: RegistryOptions) => ServiceRegistry;
  /** What the call may reject with. */
  readonly mayReject: ReadonlySet<ErrorCode>;
  /** By when the call must have settled, counted from its start, ms. */
  readonly deadlineMs: number;
  readonly timeline: Timeline;
}

/** One operation, started at one moment around one fault, with a registry and a subtree of its own. */
export class Trial {
  readonly name: string;
  readonly operation: Operation;
  readonly moment: Moment;
  readonly #deadlineMs: number;
  readonly #note: (line: string) => void;
  readonly #subject: Subject;
  /** Of a path where nothing ever changes. */
  #quiet: SnapshotLog | undefined;
  #outcome: Outcome | undefined;

  constructor({ operation, moment, registry, mayReject, deadlineMs, timeline }: TrialOptions) {
    this.operation = operation;
    this.moment = moment;
    this.name = `${operation.name}, started ${moment} the fault`;
    this.#deadlineMs = deadlineMs;
    this.#note = (line) => timeline.note(`${this.name}: ${line}`, operation.name);
    const logger = timeline.logger(this.name, operation.name);
    const root = `${trialsRoot}/${operation.name.replaceAll(/\W+/g, '-')}-${moment}`;
    this.#subject = new Subject(registry({ logger, ...operation.options }), root, mayReject);
  }

  get registry(): ServiceRegistry {
    return this.#subject.registry;
  }

  /** What a stranger lays out, before anything of ours is there. */
  async layOut(witness: Witness): Promise<void> {
    const at = (name: string): string => this.#subject.at(name);
    await witness.create(at('watched'), { round: 0 });
    await witness.create(at('watched/child-0'), { child: 0 });
    await witness.create(at('quiet'), { quiet: true });
    await witness.create(at('quiet/child'), { child: 'of quiet' });
    await witness.create(at('new'), { new: true });
    await witness.create(at('new/child'), { child: 'of new' });
    await witness.create(at('work'));
  }

  /** What a stranger changes meanwhile. */
  async disturb(witness: Witness, round: number): Promise<void> {
    const watched = this.#subject.at('watched');
    await Promise.all([
      witness.write(watched, { round }),
      witness.create(`${watched}/child-${round}`, { child: round }),
      witness.remove(`${watched}/child-${round - 1}`),
    ]);
  }

  async prepare(): Promise<void> {
    if (this.#isStarted) await this.#begin();
    await insisting(async () => this.operation.prepare?.(this.#subject));
  }

  /** Whether all that was prepared is there: on a busy machine a short session may be lost meanwhile. */
  isPrepared(truth: Truth): boolean {
    const { registered } = this.#subject.events;
    const isConnected = !this.#isStarted || this.registry.phase === 'connected';
    return isConnected && [...registered].every((path) => truth.at(path) !== undefined);
  }

  /** How things stand before the fault. */
  remember(truth: Truth): void {
    this.#subject.remember(truth);
  }

  /** Starts the operation, and resolves when it has settled or should have. */
  async run(): Promise<void> {
    this.#note('begins');
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, this.#deadlineMs, undefined);
    });
    this.#outcome = await Promise.race([settled(this.operation.run(this.#subject)), overdue]);
    clearTimeout(timer);
    this.#note(told(this.#outcome));
  }

  async followUp(): Promise<void> {
    if (this.#outcome !== undefined) await this.operation.followUp?.(this.#subject, this.#outcome);
  }

  /** What is not as it must be; nothing when all is well. */
  complaints(truth: Truth): string[] {
    if (this.#outcome === undefined) return [`the call has not settled within ${this.#deadlineMs} ms`];
    return [
      ...this.#subject.mayEndWith(this.#outcome),
      ...this.#subject.events.complaints,
      ...(this.operation.complaints?.(this.#subject, this.#outcome, truth) ?? []),
      ...this.#ghosts(truth),
      ...(this.#endsOpen ? this.#complaintsOfOpen(truth) : []),
    ];
  }

  /** How often the connection moved. */
  get moves(): number {
    return this.#subject.events.moves;
  }

  /** How often callbacks were called. */
  get calls(): number {
    return this.#subject.calls;
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
    await insisting(() => registry.setNode(this.#subject.at('standing'), { standing: true }));
    for (const log of [this.#subject.follow('watched'), this.#subject.follow('quiet')]) {
      await insisting(() => registry.get(log.path));
      this.#quiet = log;
    }
  }

  #complaintsOfOpen(truth: Truth): string[] {
    const { phase } = this.registry;
    if (phase !== 'connected') return [`the registry is ${phase}`];
    const calls = this.#quiet?.snapshots.length ?? 1;
    return [
      ...this.#subject.complaintsOfLogs(truth),
      ...(this.#isStarted ? this.#subject.standsAt('standing', truth) : []),
      ...(calls === 1 ? [] : [`a callback of ${this.#quiet?.path}, where nothing changes, was called ${calls} times`]),
    ];
  }

  /** Of a session that is over, or of a registry that is closed, nothing may be left. */
  #ghosts(truth: Truth): string[] {
    const { session, sessions } = this.#subject.events;
    const over = sessions.filter((one) => one !== session || !this.#endsOpen);
    return over
      .flatMap((one) => truth.ephemerals(one))
      .map((path) => `${path} is left over from a session that is over`);
  }
}

/** What is only prepared may take as long as it needs, on a machine that does much else. */
async function insisting(call: () => Promise<unknown>): Promise<void> {
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

function told(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'has not settled';
  if (outcome.kind === 'rejected') return `rejects with ${outcome.error}`;
  return typeof outcome.value === 'boolean' ? `resolves with ${outcome.value}` : 'resolves';
}
