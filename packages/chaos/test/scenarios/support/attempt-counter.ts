import type { FaultProxy } from '@ndsr/zookeeper-testing';

const sampleEveryMs = 100;

export interface Attempts {
  readonly perSecond: readonly number[];
  readonly total: number;
  /** In the last ten seconds, on average. */
  readonly latePerSecond: number;
  /** The most in one tenth of a second within the last ten seconds. */
  readonly mostAtOnceLate: number;
}

/** Counts the connections that a proxy accepts, in tenths of a second: attempts, when what is behind it is down. */
export class AttemptCounter {
  readonly #proxy: FaultProxy;
  readonly #timer: NodeJS.Timeout;
  #accepted: number;
  #samples: number[] = [];

  constructor(proxy: FaultProxy) {
    this.#proxy = proxy;
    this.#accepted = proxy.accepted;
    this.#timer = setInterval(() => this.#sample(), sampleEveryMs);
  }

  /** What was counted since the last call. Starts anew. */
  take(): Attempts {
    const samples = this.#samples;
    this.#samples = [];
    const perSecond: number[] = [];
    for (let from = 0; from < samples.length; from += 10) perSecond.push(sum(samples.slice(from, from + 10)));
    const late = samples.slice(-100);
    return { perSecond, total: sum(samples), latePerSecond: sum(late) / 10, mostAtOnceLate: Math.max(0, ...late) };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const { accepted } = this.#proxy;
    this.#samples.push(accepted - this.#accepted);
    this.#accepted = accepted;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
