import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode, RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { Environment } from '../../environment/environment.js';
import type { Fault } from '../../faults/fault.js';
import { Oracle } from '../../oracle/oracle.js';
import type { ReferenceClient } from '../../oracle/reference-client.js';
import type { Random } from '../../random.mjs';
import type { Timeline } from '../../timeline.mjs';
import { within } from '../../within.mjs';
import { LoadWorkload } from '../../workload/load-workload.js';
import type { Operation } from '../../workload/operations/operation.js';
import { type ExperimentReport, invariants } from './experiment-report.js';
import { type Moment, moments, Scenario, scenariosRoot } from './scenario.js';

export interface ExperimentOptions {
  readonly fault: Fault;
  readonly environment: Environment;
  readonly operations: readonly Operation[];
  readonly random: Random;
  readonly timeline: Timeline;
  readonly report: ExperimentReport;
  /** The longest time for recovery after the fault, in addition to the session timeouts, ms. */
  readonly recoveryLimitMs: number;
}

/** Calls start within these times before and after the fault, ms. */
const startWindowMs = { before: 300, after: 600 };
/** In session timeouts: to detect a lost session, to replace it, and a reserve for a busy machine. */
const recoveryTimeouts = 3;
/** The time after the recovery in which nothing may happen, ms. */
const quiescenceMs = 500;
const maxQuiescenceAttempts = 20;

/** One fault, and every operation at every moment around it, concurrently, each with its own registry. */
export class Experiment {
  readonly #options: ExperimentOptions;
  readonly #scenarios: readonly Scenario[];
  readonly #load: LoadWorkload | undefined;
  #round = 0;

  constructor(options: ExperimentOptions) {
    this.#options = options;
    this.#scenarios = options.operations.flatMap((operation) =>
      moments.map((moment) => this.#scenario(operation, moment)),
    );
    this.#load = this.#createLoad();
  }

  /** Runs the experiment, records violations in the report, and stops all registries. */
  async run(): Promise<void> {
    try {
      await this.#prepare();
      await this.#runAroundFault();
      this.#checkScenarios(await this.#recovered());
      await this.#checkLoad();
      await this.#checkQuiescence();
    } finally {
      const stopped = Promise.all([this.#load?.stop(), ...this.#scenarios.map((scenario) => scenario.stop())]);
      await within('every registry stops', stopped, this.#deadlineMs);
    }
    this.#options.timeline.note('every registry is stopped');
    await this.#withReferenceClient(async (referenceClient) => this.#load?.clear(referenceClient));
  }

  /** Used later to check that the registries can be garbage collected. */
  registries(): WeakRef<object>[] {
    return this.#scenarios.map(({ registry }) => new WeakRef(registry));
  }

  get #deadlineMs(): number {
    const { recoveryLimitMs, fault } = this.#options;
    const { timeoutMs, durationMs } = fault;
    // A start, and three requests in sequence that each time out after two session timeouts.
    return timeoutMs + 3 * 2 * timeoutMs + durationMs + recoveryLimitMs / 3;
  }

  get #recoveryMs(): number {
    const { recoveryLimitMs, fault } = this.#options;
    return recoveryLimitMs + recoveryTimeouts * fault.timeoutMs;
  }

  #scenario(operation: Operation, moment: Moment): Scenario {
    const { fault, timeline } = this.#options;
    const always: readonly ErrorCode[] = ['ERR_NDSR_NO_CONNECTION', 'ERR_NDSR_TIMEOUT'];
    return new Scenario({
      operation,
      moment,
      registry: (options) => this.#registry(`${operation.name} ${moment}`, options),
      mayReject: new Set([...always, ...(fault.mayReject ?? [])]),
      deadlineMs: this.#deadlineMs,
      timeline,
    });
  }

  #createLoad(): LoadWorkload | undefined {
    const { fault, random, timeline } = this.#options;
    if (fault.watchedPaths === undefined) return undefined;
    const registry = this.#registry('the load', { logger: timeline.logger('the load', invariants.load) });
    return new LoadWorkload(registry, fault.watchedPaths, random.of('load').next());
  }

  #registry(name: string, options: RegistryOptions): ServiceRegistry {
    const { fault, environment, random: all } = this.#options;
    const own = all.of(name);
    const random = (): number => own.next();
    return environment.registry({ timeoutMs: fault.timeoutMs, restoreJitterMs: 200, random, ...options });
  }

  async #prepare(): Promise<void> {
    await this.#withReferenceClient((referenceClient) =>
      this.#eachScenario((scenario) => scenario.createNodes(referenceClient)),
    );
    await this.#eachScenario((scenario) => scenario.prepare());
    await this.#withReferenceClient(async (referenceClient) => this.#load?.prepare(referenceClient));
    await this.#recordOracle();
    this.#options.timeline.note('everything is prepared');
  }

  async #recordOracle(): Promise<void> {
    const deadline = performance.now() + this.#recoveryMs;
    for (let oracle = await this.#readOracle(); ; oracle = await this.#readOracle()) {
      for (const scenario of this.#scenarios) scenario.recordOracle(oracle);
      if (this.#scenarios.every((scenario) => scenario.isPrepared(oracle))) return;
      if (performance.now() > deadline) throw new Error('the prepared nodes do not exist');
      await sleep(100);
    }
  }

  async #runAroundFault(): Promise<void> {
    const { fault, environment, timeline } = this.#options;
    const { injector } = environment;
    const before = this.#begin('before', startWindowMs.before);
    await Promise.all([this.#changeNodes(), sleep(startWindowMs.before)]);
    timeline.note(`FAULT: ${fault.name}`);
    const during = this.#begin('during', fault.durationMs);
    const lasted = sleep(fault.durationMs);
    await injector.inject();
    timeline.note('the fault is active');
    if (injector.serversAnswer) await this.#changeNodes();
    await this.#changeLoad(injector.serversAnswer);
    await lasted;
    timeline.note('HEALING');
    await injector.heal();
    timeline.note('the servers serve again');
    await this.#changeLoad(!injector.serversAnswer);
    const after = this.#begin('after', startWindowMs.after);
    await this.#changeNodes();
    await Promise.all([before, during, after]);
    await this.#changeNodes();
    await this.#eachScenario((scenario) => scenario.followUp());
    timeline.note('every call has settled');
  }

  /** Starts the operations of `moment` within the next `ms`; resolves when they have settled. */
  #begin(moment: Moment, ms: number): Promise<void> {
    return this.#eachScenario(async (scenario) => {
      if (scenario.moment !== moment) return;
      await sleep(this.#options.random.of(scenario.name).next() * ms);
      await scenario.run();
    });
  }

  /** The first state without violations, or the last one read before the deadline. */
  async #recovered(): Promise<Oracle> {
    const { timeline } = this.#options;
    const deadline = performance.now() + this.#recoveryMs;
    for (;;) {
      const oracle = await this.#readOracle();
      if (this.#scenarios.every((scenario) => scenario.violations(oracle).length === 0)) {
        timeline.note('recovered');
        return oracle;
      }
      if (performance.now() > deadline) return oracle;
      await sleep(100);
    }
  }

  async #changeLoad(now: boolean): Promise<void> {
    const load = this.#load;
    if (now && load !== undefined) await this.#withReferenceClient((referenceClient) => load.change(referenceClient));
  }

  async #checkLoad(): Promise<void> {
    const load = this.#load;
    if (load === undefined) return;
    const { report, timeline } = this.#options;
    const deadline = performance.now() + this.#recoveryMs;
    await this.#withReferenceClient(async (referenceClient) => {
      let violations = await load.violations(referenceClient);
      while (violations.length > 0 && performance.now() < deadline) {
        await sleep(200);
        violations = await load.violations(referenceClient);
      }
      timeline.note('the load was checked');
      report.record(invariants.load, violations);
    });
  }

  #checkScenarios(oracle: Oracle): void {
    for (const scenario of this.#scenarios) {
      const violations = scenario.violations(oracle).map((violation) => `${scenario.name}: ${violation}`);
      this.#options.report.record(scenario.operation.name, violations);
    }
  }

  /** On a busy machine a session may be lost again; then the check is repeated. */
  async #checkQuiescence(): Promise<void> {
    for (let left = maxQuiescenceAttempts; left > 0; left -= 1) {
      const moves = this.#scenarios.map((scenario) => scenario.phaseChanges);
      const violations = await this.#activityWhileQuiescent();
      if (this.#scenarios.every((scenario, index) => scenario.phaseChanges === moves[index])) {
        this.#options.report.record(invariants.quiescence, violations);
        return;
      }
    }
    this.#options.report.record(invariants.quiescence, ['a registry lost its connection in every attempt']);
  }

  async #activityWhileQuiescent(): Promise<string[]> {
    const before = await this.#readOracle();
    const calls = this.#scenarios.map((scenario) => scenario.callbackCalls);
    const callsOfLoad = this.#load?.calls;
    await sleep(quiescenceMs);
    const after = await this.#readOracle();
    const called = this.#scenarios.filter((scenario, index) => scenario.callbackCalls !== calls[index]);
    return [
      ...before.differencesTo(after),
      ...called.map((scenario) => `${scenario.name}: a callback was called although nothing changed`),
      ...(this.#load?.calls === callsOfLoad ? [] : ['callbacks of the load were called although nothing changed']),
    ];
  }

  async #changeNodes(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    await this.#withReferenceClient((referenceClient) =>
      this.#eachScenario((scenario) => scenario.changeNodes(referenceClient, round)),
    );
    this.#options.timeline.note(`another client has changed the watched nodes, round ${round}`);
  }

  #readOracle(): Promise<Oracle> {
    return this.#withReferenceClient(async (referenceClient) => new Oracle(await referenceClient.read(scenariosRoot)));
  }

  async #withReferenceClient<T>(work: (referenceClient: ReferenceClient) => Promise<T>): Promise<T> {
    const referenceClient = await this.#options.environment.referenceClient();
    try {
      return await work(referenceClient);
    } finally {
      await referenceClient.close();
    }
  }

  async #eachScenario(work: (scenario: Scenario) => Promise<void>): Promise<void> {
    await Promise.all(this.#scenarios.map(work));
  }
}
