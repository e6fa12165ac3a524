import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPython } from '../../../packages/chaos/test/python/find-python.js';

let server: ZooKeeperServer;
let members: Member[] = [];
beforeEach(async () => {
  server = await ZooKeeperServer.start();
});
afterEach(async () => {
  for (const member of members) member.kill();
  members = [];
  await server.stop();
});

/** A member program and its output. */
class Member {
  readonly lines: string[] = [];
  readonly exit: Promise<number | null>;
  readonly #process: ChildProcess;

  constructor(command: string, program: string, args: readonly string[]) {
    const file = fileURLToPath(new URL(`../${program}`, import.meta.url));
    const env = { ...process.env, NDSR_URL: `zookeeper-js://${server.address}?timeoutMs=4000` };
    const child = spawn(command, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    this.exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    this.#process = child;
    members.push(this);
  }

  static python(name: string): Member {
    return new Member(findPython(), 'member.py', [server.address, name]);
  }

  static node(name: string): Member {
    return new Member(process.execPath, 'member.mjs', [name]);
  }

  async says(line: string): Promise<void> {
    await expect.poll(() => this.lines, { timeout: 60_000 }).toContain(line);
  }

  /** Resolves once it prints a matching line, from now on. */
  async saysNext(line: string): Promise<void> {
    const from = this.lines.length;
    await expect.poll(() => this.lines.slice(from), { timeout: 60_000 }).toContain(line);
  }

  leave(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    return this.exit;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

it('members of both languages see each other, and one leads after the other', async () => {
  const node = Member.node('node');
  await node.says('leads');
  const python = Member.python('py');
  await node.says('sees node (node), py (python)');
  await python.says('sees node, py');
  expect(python.lines).not.toContain('leads');

  const [code] = await Promise.all([node.leave(), python.saysNext('leads')]);
  expect(code).toBe(0);
  await python.says('sees py');

  const again = Member.node('again');
  await again.says('sees again (node), py (python)');
  expect(again.lines).not.toContain('leads');
  // Killed: its nodes are removed with its session.
  const heirs = Promise.all([again.saysNext('leads'), again.saysNext('sees again (node)')]);
  python.kill();
  await heirs;
  expect(await again.leave()).toBe(0);

  const last = Member.python('py');
  await last.says('leads');
  expect(await last.leave()).toBe(0);
}, 240_000);
