import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monotonicNs } from './intervals.js';

const program = fileURLToPath(new URL('holder.mjs', import.meta.url));
const frozenAtOnce = 5;

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 250 });
});
afterAll(() => server.stop());

/** A process that holds a lock. */
class Holder {
  readonly #process: ChildProcess;
  readonly #said: { readonly what: string; readonly at: number }[] = [];

  constructor(url: string, path: string) {
    const child = spawn(process.execPath, [program, url, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [what = '', at] = line.split(' ');
      this.#said.push({ what, at: Number(at) });
    });
  }

  async until(what: string): Promise<void> {
    await expect.poll(() => this.times(what).length, { timeout: 60_000 }).toBeGreaterThan(0);
  }

  times(what: string): readonly number[] {
    return this.#said.filter((one) => one.what === what).map(({ at }) => at);
  }

  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async end(): Promise<void> {
    this.thaw();
    this.#process.stdin?.end();
    await once(this.#process, 'exit');
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

test.each(['zookeeper', 'zookeeper-js', 'zookeeper-native'])(
  'a process on %s that was frozen for longer than its session never reports a lock as held that another holds',
  async (backend) => {
    const url = `${backend}://${server.address}?timeoutMs=2000`;
    await using registry = await openRegistry(url);
    const paths = Array.from({ length: frozenAtOnce }, (_, i) => `/frozen/${backend}-${i}`);
    const holders = paths.map((path) => new Holder(url, path));
    try {
      for (const holder of holders) await holder.until('sure');
      for (const holder of holders) holder.freeze();
      const takenAt = await Promise.all(
        paths.map(async (path) => {
          await registry.getLock(path).hold({ waitMs: 30_000 });
          return monotonicNs();
        }),
      );
      for (const holder of holders) holder.thaw();
      for (const [i, holder] of holders.entries()) {
        await holder.until('lost');
        expect(holder.times('sure').filter((at) => at >= (takenAt[i] ?? 0))).toEqual([]);
      }
      await Promise.all(holders.map((holder) => holder.end()));
      for (const path of paths) {
        expect(Object.keys((await registry.get(path, { children: 'names' })).children).length, 'ours alone').toBe(1);
      }
    } finally {
      for (const holder of holders) holder.kill();
    }
  },
  120_000,
);
