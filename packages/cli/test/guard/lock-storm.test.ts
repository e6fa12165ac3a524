import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from '@ndsr/test-support';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ndsr } from '../support/ndsr.js';
import { Witness } from '../support/witness.js';

const worker = fileURLToPath(new URL('../processes/worker.mjs', import.meta.url));
const path = '/locks/storm';
/** The servers release the lock that long after the last message from its holder. */
const sessionMs = 3_000;
/** Longer than that, with a margin. */
const longMs = 5_000;

/** The only fault after which a holder may keep its lock. */
const backAtOnce = 'the server is killed, and comes back at once';

let server: ZooKeeperServer;
let witness: Witness;

beforeAll(async () => {
  server = await ZooKeeperServer.start();
  witness = await Witness.open();
});
afterAll(async () => {
  witness.close();
  await server.stop();
});

/** The running processes that `pid` started. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Contends for the lock repeatedly, with any outcome, until stopped. */
class Contender {
  current: Ndsr | undefined;
  readonly codes: (number | null)[] = [];
  readonly said: string[] = [];
  readonly done: Promise<void>;
  #over = false;

  constructor() {
    this.done = this.#contend();
  }

  end(): Promise<void> {
    this.#over = true;
    return this.done;
  }

  async #contend(): Promise<void> {
    while (!this.#over) {
      const command = [process.execPath, worker, String(witness.port), '4000', 'children'];
      this.current = new Ndsr(
        ['lock', path, '--wait', '60s', '--grace', '300ms', '--timeout', `${sessionMs}ms`, '--', ...command],
        { NDSR_URL: `zookeeper-js://${server.address}` },
      );
      const { code, stderr } = await this.current.ended;
      this.codes.push(code);
      this.said.push(stderr);
    }
  }
}

describe('the monitor', () => {
  it('detects two concurrent commands without a lock', async () => {
    const lookout = await Witness.open();
    const start = (token: string): ChildProcess =>
      spawn(process.execPath, [worker, String(lookout.port), '5000'], {
        stdio: 'ignore',
        env: { ...process.env, NDSR_FENCING_TOKEN: token },
      });
    const workers = [start('1'), start('2')];
    await eventually('an overlap', () => lookout.overlaps.length > 0 || undefined);
    for (const each of workers) each.kill('SIGKILL');
    lookout.close();
  });
});

describe('ndsr lock', () => {
  it('never runs two commands at a time, for any killed or frozen process', { timeout: 480_000 }, async () => {
    const contenders = [new Contender(), new Contender(), new Contender()];
    /** The holder of the lock: the `ndsr` two generations above the process that the monitor sees. */
    const holder = (): { ndsr: Ndsr; guard: number } | undefined => {
      const pids = new Set(witness.workers.map(({ pid }) => pid));
      for (const { current } of contenders) {
        if (current === undefined) continue;
        const guard = childrenOf(current.pid).find((child) => childrenOf(child).some((each) => pids.has(each)));
        if (guard !== undefined) return { ndsr: current, guard };
      }
      return undefined;
    };
    const faults: Readonly<Record<string, (held: { ndsr: Ndsr; guard: number }) => Promise<void> | void>> = {
      'ndsr is killed': ({ ndsr }) => ndsr.kill('SIGKILL'),
      'the command is killed': ({ guard }) => {
        for (const pid of childrenOf(guard)) process.kill(pid, 'SIGKILL');
      },
      'the guard is killed': ({ guard }) => void process.kill(guard, 'SIGKILL'),
      'ndsr stands still, and goes on': async ({ ndsr }) => {
        ndsr.kill('SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, longMs));
        ndsr.kill('SIGCONT');
      },
      [backAtOnce]: async () => {
        await server.kill();
        await server.restart();
      },
      'the server is killed, and comes back after the session timeout': async () => {
        await server.kill();
        await new Promise((resolve) => setTimeout(resolve, longMs));
        await server.restart();
      },
      'ndsr is asked to end': ({ ndsr }) => ndsr.kill('SIGTERM'),
    };
    for (const [name, fault] of Object.entries(faults)) {
      const said = (): string => contenders.map((each) => each.said.join('')).join('\n');
      const held = eventually(`somebody holds the lock before: ${name}`, holder);
      const { ndsr, guard } = await held.catch((error) => expect.fail(`${error}\n${said()}`));
      await fault({ ndsr, guard });
      // One fault at a time: if an ndsr is stopped while its guard dies, no process is left that could end the command.
      if (name !== backAtOnce) await ndsr.ended;
      expect(witness.overlaps, name).toEqual([]);
    }
    await Promise.all(contenders.map((contender) => contender.end()));
    await eventually('nobody is left behind', () => witness.workers.length === 0 || undefined);
    expect(witness.overlaps).toEqual([]);
    // Every fault except a quick server restart costs the holder its lock, and another holder follows.
    expect(witness.tokens.length).toBeGreaterThanOrEqual(Object.keys(faults).length - 1);
    console.log(
      `${witness.tokens.length} commands, one at a time; exit codes ${contenders.flatMap(({ codes }) => codes)}`,
    );
  });
});
