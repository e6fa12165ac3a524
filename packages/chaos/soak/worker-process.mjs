import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { guardOrphan } from './orphan-guard.mjs';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Command, WorkerReport, WorkerSettings } from './protocol.mjs' */

const program = fileURLToPath(new URL('../processes/soak/worker.mjs', import.meta.url));
const startLimitMs = 60_000;
const logLines = 60;

/** A worker that did not answer in time. */
class SilentError extends Error {}

/** One worker, as the coordinator sees it. */
export class WorkerProcess {
  settings;
  /** Why it may end; an end for which there is no reason is a finding. */
  /** @type {'killed' | 'left' | undefined} */
  farewell;
  /** @type {string[]} */
  log = [];
  /** @type {ChildProcess} */
  #child;
  /** @type {Map<number, (answer: unknown) => void>} */
  #questions = new Map();
  /** @type {Promise<void>} */
  #ready;
  #exited;
  #asked = 0;

  /** @param {WorkerSettings} settings */
  constructor(settings) {
    this.settings = settings;
    const child = spawn(process.execPath, ['--expose-gc', program, JSON.stringify(settings)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined); // it has been killed; 'exit' follows
    this.#exited = once(child, 'exit');
    const release = child.pid === undefined ? () => undefined : guardOrphan(child.pid);
    void this.#exited.then(release, release);
    this.#ready = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => this.#hear(JSON.parse(line), resolve));
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.log.push(line);
      if (this.log.length > logLines) this.log.shift();
    });
  }

  get name() {
    const { slot, life, backend } = this.settings;
    return `worker ${slot}.${life} (${backend.replace('zookeeper-', '')}, pid ${this.pid})`;
  }

  get pid() {
    return this.#child.pid ?? 0;
  }

  /** How it ended; undefined while it runs. */
  get ending() {
    const { exitCode, signalCode } = this.#child;
    return exitCode === null && signalCode === null ? undefined : (signalCode ?? `exit code ${exitCode}`);
  }

  /** Resolves when it takes commands. */
  whenReady() {
    return Promise.race([this.#ready, this.#exited, limit(startLimitMs, `${this.name} did not start`)]);
  }

  /**
   * @template {Command['command']} Name
   * @param {Name} command
   * @param {Omit<Extract<Command, { command: Name }>, 'id' | 'command'>} details
   */
  tell(command, details) {
    this.#asked += 1;
    this.#child.stdin?.write(`${JSON.stringify({ id: this.#asked, command, ...details })}\n`);
    return this.#asked;
  }

  /**
   * @param {number} timeoutMs
   * @returns {Promise<WorkerReport>}
   * @throws {SilentError}
   */
  report(timeoutMs) {
    const id = this.tell('report', {});
    const answer = /** @type {Promise<WorkerReport>} */ (
      new Promise((resolve) => {
        this.#questions.set(id, /** @type {(answer: unknown) => void} */ (resolve));
      })
    );
    const silence = limit(timeoutMs, `${this.name} did not report within ${timeoutMs} ms`);
    return Promise.race([answer, silence]).finally(() => this.#questions.delete(id));
  }

  freeze() {
    this.#child.kill('SIGSTOP');
  }

  thaw() {
    this.#child.kill('SIGCONT');
  }

  /** Resolves when it has gone. */
  async kill() {
    this.farewell = 'killed';
    this.#child.kill('SIGKILL');
    if (this.ending === undefined) await this.#exited;
  }

  /**
   * It stops its registry and goes. False when it has not done so in time.
   *
   * @param {number} timeoutMs
   */
  async leave(timeoutMs) {
    this.farewell = 'left';
    this.tell('leave', {});
    const gone = this.ending !== undefined || this.#exited.then(() => true);
    return Promise.race([gone, limit(timeoutMs, '').catch(() => false)]);
  }

  /**
   * @param {{ ready?: true, id?: number, answer?: unknown }} message
   * @param {(value: void) => void} ready
   */
  #hear(message, ready) {
    if (message.ready) ready();
    else if (message.id !== undefined) this.#questions.get(message.id)?.(message.answer);
  }
}

/**
 * @param {number} timeoutMs
 * @param {string} message
 * @returns {Promise<never>}
 */
function limit(timeoutMs, message) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new SilentError(message)), timeoutMs).unref();
  });
}
