import type { FaultProxy } from '@ndsr/zookeeper-testing';

const sampleEveryMs = 100;

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

  /** Attempts in each second since the last call, and the most in one sample. Starts anew. */
  take(): { readonly perSecond: readonly number[]; readonly total: number; readonly most: number } {
    const samples = this.#samples;
    this.#samples = [];
    const perSecond: number[] = [];
    for (let from = 0; from < samples.length; from += 10) perSecond.push(sum(samples.slice(from, from + 10)));
    return { perSecond, total: sum(samples), most: Math.max(0, ...samples.slice(30)) };
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
