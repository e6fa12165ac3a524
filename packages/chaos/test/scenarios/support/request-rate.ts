import type { ZooKeeperServer } from '@ndsr/zookeeper-testing';

const sampleEveryMs = 250;

/** The highest rate of packets that servers received, sampled from their own counters. */
export class RequestRate {
  readonly #servers: readonly ZooKeeperServer[];
  #last: { readonly at: number; readonly packets: number } | undefined;
  #perSecond = 0;
  #stopped = false;
  readonly #sampling: Promise<void>;

  constructor(servers: readonly ZooKeeperServer[]) {
    this.#servers = servers;
    this.#sampling = this.#sample();
  }

  /** Packets a second in the busiest sample, including pings and the sampling requests. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#sampling;
    return this.#perSecond;
  }

  async #sample(): Promise<void> {
    while (!this.#stopped) {
      const counters = await Promise.all(this.#servers.map((server) => server.counters().catch(() => undefined)));
      // A server that does not serve yet has no counter; the others may have higher counts instead.
      const packets = counters.reduce((sum, one) => sum + (one?.packetsReceived ?? 0), 0);
      const at = performance.now();
      const whole = counters.every((one) => one !== undefined);
      if (whole && this.#last !== undefined) {
        const rate = ((packets - this.#last.packets) * 1_000) / (at - this.#last.at);
        this.#perSecond = Math.max(this.#perSecond, Math.round(rate));
      }
      this.#last = whole ? { at, packets } : undefined;
      await new Promise((resolve) => setTimeout(resolve, sampleEveryMs));
    }
  }
}
