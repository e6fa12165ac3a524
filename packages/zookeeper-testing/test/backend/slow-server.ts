import { turn } from '@ndsr/test-support';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';

const requests = ['exists', 'getData', 'getChildren', 'create', 'createSequential', 'setData', 'remove'] as const;

/** Accepts the requests of clients at once and answers them, one after the other, on demand. */
export class SlowServer {
  readonly #unanswered: (() => void)[] = [];
  /** The time at which the request for a path was sent. */
  readonly sentAt = new Map<unknown, number>();
  answeredAt = Number.NEGATIVE_INFINITY;
  /** The time of the test's clock. */
  now: () => number = () => 0;

  /** Wraps a client so that its requests are answered here; `sound` executes them then. */
  readonly wrap = (sound: ZooKeeperClient): ZooKeeperClient => {
    for (const request of requests) {
      const answer = sound[request].bind(sound) as (...args: unknown[]) => Promise<unknown>;
      const held = (...args: unknown[]): Promise<unknown> =>
        new Promise((resolve, reject) => {
          this.sentAt.set(args[0], this.now());
          this.#unanswered.push(() => void answer(...args).then(resolve, reject));
        });
      Object.assign(sound, { [request]: held });
    }
    return sound;
  };

  get unanswered(): number {
    return this.#unanswered.length;
  }

  /** Answers the oldest requests. */
  async answer(count: number): Promise<void> {
    for (const answer of this.#unanswered.splice(0, count)) {
      this.answeredAt = this.now();
      answer();
    }
    await turn(1);
    await turn(1);
  }
}
