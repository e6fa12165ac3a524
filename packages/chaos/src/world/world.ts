import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode, RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { within } from '@ndsr/test-support';
import type { Chance } from '../chance.js';
import type { Fault } from '../faults/fault.js';
import type { Operation } from '../operations/operation.js';
import type { Site } from '../sites/site.js';
import type { Truth } from '../truth/truth.js';
import type { Witness } from '../truth/witness.js';
import { Crowd } from './crowd.js';
import type { Timeline } from './timeline.js';
import { type Moment, moments, Trial, trialsRoot } from './trial.js';
import { duties, type WorldReport } from './world-report.js';

export interface WorldOptions {
  readonly fault: Fault;
  readonly site: Site;
  readonly operations: readonly Operation[];
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly report: WorldReport;
  /** How long after the fault all must be well again, apart from what its session timeout takes, ms. */
  readonly patienceMs: number;
}

/** Calls are begun so long before the fault at most, and so long after it, ms. */
const windowMs = { before: 300, after: 600 };
/** Noticing a lost session, replacing it, and a busy machine. */
const recoveryTimeouts = 3;
/** So long nothing may happen once all is well, ms. */
const restMs = 500;
const mostRests = 20;

/** One fault, and every operation at every moment around it, side by side, each with a registry of its own. */
export class World {
  readonly #options: WorldOptions;
  readonly #trials: readonly Trial[];
  readonly #crowd: Crowd | undefined;
  #round = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#trials = options.operations.flatMap((operation) => moments.map((moment) => this.#trial(operation, moment)));
    this.#crowd = this.#assembled();
  }

  /** Plays it, and tells the report what it found. All registries are stopped then. */
  async play(): Promise<void> {
    try {
      await this.#layOut();
      await this.#runAroundFault();
      this.#judge(await this.#recovered());
      await this.#judgeCrowd();
      await this.#rest();
    } finally {
      const stopped = Promise.all([this.#crowd?.stop(), ...this.#trials.map((trial) => trial.stop())]);
      await within('every registry stops', stopped, this.#deadlineMs);
    }
    this.#options.timeline.note('every registry is stopped');
    await this.#asStranger(async (witness) => this.#crowd?.clear(witness));
  }

  /** To find out later whether something still holds them. */
  registries(): WeakRef<object>[] {
    return this.#trials.map(({ registry }) => new WeakRef(registry));
  }

  get #deadlineMs(): number {
    const { patienceMs, fault } = this.#options;
    const { timeoutMs, lastsMs } = fault;
    // A start, and three requests one after the other that are given up after two session timeouts each.
    return timeoutMs + 3 * 2 * timeoutMs + lastsMs + patienceMs / 3;
  }

  get #recoveryMs(): number {
    const { patienceMs, fault } = this.#options;
    return patienceMs + recoveryTimeouts * fault.timeoutMs;
  }

  #trial(operation: Operation, moment: Moment): Trial {
    const { fault, timeline } = this.#options;
    const always: readonly ErrorCode[] = ['ERR_NDSR_NO_CONNECTION', 'ERR_NDSR_TIMEOUT'];
    return new Trial({
      operation,
      moment,
      registry: (options) => this.#registry(`${operation.name} ${moment}`, options),
      mayReject: new Set([...always, ...(fault.mayReject ?? [])]),
      deadlineMs: this.#deadlineMs,
      timeline,
    });
  }

  #assembled(): Crowd | undefined {
    const { fault, chance, timeline } = this.#options;
    if (fault.crowd === undefined) return undefined;
    const registry = this.#registry('the crowd', { logger: timeline.logger('the crowd', duties.crowd) });
    return new Crowd(registry, fault.crowd, (name) => chance.between(`crowd ${name}`, 0, 1));
  }

  #registry(name: string, options: RegistryOptions): ServiceRegistry {
    const { fault, site, chance } = this.#options;
    const ofThis = chance.of(name);
    let drawn = 0;
    const random = (): number => ofThis.between(String(drawn++), 0, 1);
    return site.registry({ timeoutMs: fault.timeoutMs, restoreJitterMs: 200, random, ...options });
  }

  async #layOut(): Promise<void> {
    await this.#asStranger((witness) => this.#eachTrial((trial) => trial.layOut(witness)));
    await this.#eachTrial((trial) => trial.prepare());
    await this.#asStranger(async (witness) => this.#crowd?.prepare(witness));
    await this.#remember();
    this.#options.timeline.note('all is prepared');
  }

  async #remember(): Promise<void> {
    const deadline = performance.now() + this.#recoveryMs;
    for (let truth = await this.#look(); ; truth = await this.#look()) {
      for (const trial of this.#trials) trial.remember(truth);
      if (this.#trials.every((trial) => trial.isPrepared(truth))) return;
      if (performance.now() > deadline) throw new Error('what was prepared is not there');
      await sleep(100);
    }
  }

  async #runAroundFault(): Promise<void> {
    const { fault, site, timeline } = this.#options;
    const { harm } = site;
    const before = this.#begin('before', windowMs.before);
    await Promise.all([this.#disturb(), sleep(windowMs.before)]);
    timeline.note(`FAULT: ${fault.name}`);
    const during = this.#begin('during', fault.lastsMs);
    const lasted = sleep(fault.lastsMs);
    await harm.inject();
    timeline.note('the fault is in force');
    if (harm.serversAnswer) await this.#disturb();
    await this.#changeCrowd(harm.serversAnswer);
    await lasted;
    timeline.note('HEALING');
    await harm.heal();
    timeline.note('the servers serve again');
    await this.#changeCrowd(!harm.serversAnswer);
    const after = this.#begin('after', windowMs.after);
    await this.#disturb();
    await Promise.all([before, during, after]);
    await this.#disturb();
    await this.#eachTrial((trial) => trial.followUp());
    timeline.note('every call has settled');
  }

  /** Starts the operations of that moment within the next `ms`; resolves when they have settled. */
  #begin(moment: Moment, ms: number): Promise<void> {
    return this.#eachTrial(async (trial) => {
      if (trial.moment !== moment) return;
      await sleep(this.#options.chance.between(trial.name, 0, ms));
      await trial.run();
    });
  }

  /** The truth in which nobody has anything to complain of; where that does not come in time, the last one. */
  async #recovered(): Promise<Truth> {
    const { timeline } = this.#options;
    const deadline = performance.now() + this.#recoveryMs;
    for (;;) {
      const truth = await this.#look();
      if (this.#trials.every((trial) => trial.complaints(truth).length === 0)) {
        timeline.note('all is well again');
        return truth;
      }
      if (performance.now() > deadline) return truth;
      await sleep(100);
    }
  }

  async #changeCrowd(now: boolean): Promise<void> {
    const crowd = this.#crowd;
    if (now && crowd !== undefined) await this.#asStranger((witness) => crowd.change(witness));
  }

  async #judgeCrowd(): Promise<void> {
    const crowd = this.#crowd;
    if (crowd === undefined) return;
    const { report, timeline } = this.#options;
    const deadline = performance.now() + this.#recoveryMs;
    await this.#asStranger(async (witness) => {
      let complaints = await crowd.complaints(witness);
      while (complaints.length > 0 && performance.now() < deadline) {
        await sleep(200);
        complaints = await crowd.complaints(witness);
      }
      timeline.note('the crowd was looked at');
      report.found(duties.crowd, complaints);
    });
  }

  #judge(truth: Truth): void {
    for (const trial of this.#trials) {
      const complaints = trial.complaints(truth).map((complaint) => `${trial.name}: ${complaint}`);
      this.#options.report.found(trial.operation.name, complaints);
    }
  }

  /** A session may be lost once more where the machine is busy: then it is no rest, and the next one counts. */
  async #rest(): Promise<void> {
    for (let left = mostRests; left > 0; left -= 1) {
      const moves = this.#trials.map((trial) => trial.moves);
      const complaints = await this.#unrest();
      if (this.#trials.every((trial, index) => trial.moves === moves[index])) {
        this.#options.report.found(duties.rest, complaints);
        return;
      }
    }
    this.#options.report.found(duties.rest, ['some registry always lost its connection again']);
  }

  async #unrest(): Promise<string[]> {
    const before = await this.#look();
    const calls = this.#trials.map((trial) => trial.calls);
    const callsOfCrowd = this.#crowd?.calls;
    await sleep(restMs);
    const after = await this.#look();
    const called = this.#trials.filter((trial, index) => trial.calls !== calls[index]);
    return [
      ...before.differencesTo(after),
      ...called.map((trial) => `${trial.name}: a callback was called though nothing changed`),
      ...(this.#crowd?.calls === callsOfCrowd ? [] : ['callbacks of the crowd were called though nothing changed']),
    ];
  }

  async #disturb(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    await this.#asStranger((witness) => this.#eachTrial((trial) => trial.disturb(witness, round)));
    this.#options.timeline.note(`a stranger has changed what is watched, round ${round}`);
  }

  #look(): Promise<Truth> {
    return this.#asStranger((witness) => witness.read(trialsRoot));
  }

  async #asStranger<T>(work: (witness: Witness) => Promise<T>): Promise<T> {
    const witness = await this.#options.site.witness();
    try {
      return await work(witness);
    } finally {
      await witness.close();
    }
  }

  async #eachTrial(work: (trial: Trial) => Promise<void>): Promise<void> {
    await Promise.all(this.#trials.map(work));
  }
}
