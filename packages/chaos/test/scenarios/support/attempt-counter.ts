import type { FaultProxy } from '@ndsr/zookeeper-testing';

const sampleEveryMs = 100;

export interface Attempts {
  readonly perSecond: readonly number[];
  readonly total: number;
  /** Average of the last ten seconds. */
  readonly latePerSecond: number;
  /** The maximum in one tenth of a second within the last ten seconds. */
  readonly mostAtOnceLate: number;
}

interface Sample {
  readonly at: number;
  readonly count: number;
}

/** Counts the connections that a proxy accepts, in tenths of a second. With the server down these are the attempts. */
export class AttemptCounter {
  readonly #proxy: FaultProxy;
  readonly #timer: NodeJS.Timeout;
  #accepted: number;
  #since = performance.now();
  #samples: Sample[] = [];

  constructor(proxy: FaultProxy) {
    this.#proxy = proxy;
    this.#accepted = proxy.accepted;
    this.#timer = setInterval(() => this.#sample(), sampleEveryMs);
  }

  /** The counts since the last call; resets them. */
  take(): Attempts {
    const [samples, since, now] = [this.#samples, this.#since, performance.now()];
    this.#samples = [];
    this.#since = now;
    const late = samples.filter(({ at }) => at > now - 10_000);
    return {
      perSecond: perSecond(samples, since, now),
      total: sum(samples),
      latePerSecond: sum(late) / 10,
      mostAtOnceLate: Math.max(0, ...late.map(({ count }) => count)),
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const { accepted } = this.#proxy;
    this.#samples.push({ at: performance.now(), count: accepted - this.#accepted });
    this.#accepted = accepted;
  }
}

function perSecond(samples: readonly Sample[], since: number, until: number): number[] {
  const seconds = Array.from({ length: Math.ceil((until - since) / 1_000) }, () => 0);
  for (const { at, count } of samples) {
    const second = Math.floor((at - since) / 1_000);
    seconds[second] = (seconds[second] ?? 0) + count;
  }
  return seconds;
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, { count }) => total + count, 0);
}
