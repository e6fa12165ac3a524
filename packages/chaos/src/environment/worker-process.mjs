import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { guardOrphan } from './orphan-guard.mjs';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Command, WorkerReport, WorkerSettings } from '../workload/worker/protocol.mjs' */

const program = fileURLToPath(new URL('../workload/worker/worker.mjs', import.meta.url));
const startLimitMs = 60_000;
const logLines = 60;

/** A worker did not answer in time. */
class SilentError extends Error {}

/** The coordinator's side of one worker process. */
export class WorkerProcess {
  settings;
  /** @type {string[]} */
  log = [];
  /** @type {ChildProcess} */
  #child;
  /** @type {Map<number, (answer: unknown) => void>} */
  #pendingReports = new Map();
  /** @type {Promise<void>} */
  #ready;
  #exited;
  #lastId = 0;

  /** @param {WorkerSettings} settings */
  constructor(settings) {
    this.settings = settings;
    const child = spawn(process.execPath, ['--expose-gc', program, JSON.stringify(settings)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined); // killed; 'exit' follows
    this.#exited = once(child, 'exit');
    const release = child.pid === undefined ? () => undefined : guardOrphan(child.pid);
    void this.#exited.then(release, release);
    this.#ready = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => this.#onMessage(JSON.parse(line), resolve));
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.log.push(line);
      if (this.log.length > logLines) this.log.shift();
    });
  }

  get name() {
    const { slot, incarnation, backend } = this.settings;
    return `worker ${slot}.${incarnation} (${backend.replace('zookeeper-', '')}, pid ${this.pid})`;
  }

  get pid() {
    return this.#child.pid ?? 0;
  }

  /** The signal or exit code it ended with; undefined while it runs. */
  get ending() {
    const { exitCode, signalCode } = this.#child;
    return exitCode === null && signalCode === null ? undefined : (signalCode ?? `exit code ${exitCode}`);
  }

  /** Resolves once it accepts commands. */
  whenReady() {
    return Promise.race([this.#ready, this.#exited, limit(startLimitMs, `${this.name} did not start`)]);
  }

  /**
   * @template {Command['command']} Name
   * @param {Name} command
   * @param {Omit<Extract<Command, { command: Name }>, 'id' | 'command'>} details
   */
  send(command, details) {
    this.#lastId += 1;
    this.#child.stdin?.write(`${JSON.stringify({ id: this.#lastId, command, ...details })}\n`);
    return this.#lastId;
  }

  /**
   * @param {number} timeoutMs
   * @returns {Promise<WorkerReport>}
   * @throws {SilentError}
   */
  report(timeoutMs) {
    const id = this.send('report', {});
    const answer = /** @type {Promise<WorkerReport>} */ (
      new Promise((resolve) => {
        this.#pendingReports.set(id, /** @type {(answer: unknown) => void} */ (resolve));
      })
    );
    const silence = limit(timeoutMs, `${this.name} did not report within ${timeoutMs} ms`);
    return Promise.race([answer, silence]).finally(() => this.#pendingReports.delete(id));
  }

  freeze() {
    this.#child.kill('SIGSTOP');
  }

  thaw() {
    this.#child.kill('SIGCONT');
  }

  /** Resolves once the process has exited. */
  async kill() {
    this.#child.kill('SIGKILL');
    if (this.ending === undefined) await this.#exited;
  }

  /**
   * The worker stops its registry and exits. Resolves to false when that takes longer than `timeoutMs`.
   *
   * @param {number} timeoutMs
   */
  async shutDown(timeoutMs) {
    this.send('shut-down', {});
    const gone = this.ending !== undefined || this.#exited.then(() => true);
    return Promise.race([gone, limit(timeoutMs, '').catch(() => false)]);
  }

  /**
   * @param {{ ready?: true, id?: number, answer?: unknown }} message
   * @param {(value: void) => void} ready
   */
  #onMessage(message, ready) {
    if (message.ready) ready();
    else if (message.id !== undefined) this.#pendingReports.get(message.id)?.(message.answer);
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
