import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findPython } from './find-python.mjs';

/** @import { ChildProcess } from 'node:child_process' */

/**
 * @typedef {object} Answer
 * @property {unknown} result
 * @property {number} elapsedMs measured in the subject's process
 * @property {number} cpuMs CPU time of its process during the command
 */

const nodeProgram = fileURLToPath(new URL('../drivers/run-driver.mjs', import.meta.url));
const kazooProgram = fileURLToPath(new URL('../drivers/kazoo_driver.py', import.meta.url));
// A lost session is replaced within seconds; about once in thirty rounds the bare client library does not detect the loss.
const limitMs = 60_000;
const leaveLimitMs = 10_000;
const logLines = 30;

/** A driver in its own process, so that the heap and compiled code of one subject do not affect another. */
export class DriverProcess {
  /** @type {ChildProcess} */
  #child;
  #exited;
  /** @type {Map<number, { resolve(answer: Answer): void, reject(error: Error): void }>} */
  #waiting = new Map();
  /** @type {string[]} */
  #log = [];
  #asked = 0;

  /**
   * @param {string} subject
   * @param {string} [profileFolder] for a CPU profile of it
   */
  constructor(subject, profileFolder) {
    const [program, args] = programOf(subject, profileFolder);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#exited = once(child, 'exit').finally(() => this.#rejectPending(subject));
    this.#exited.catch(() => undefined);
    child.stdin.on('error', () => undefined); // it has ended; 'exit' follows
    createInterface({ input: child.stdout }).on('line', (line) => this.#onMessage(JSON.parse(line)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log.push(line);
      if (this.#log.length > logLines) this.#log.shift();
    });
  }

  /**
   * Runs a command in the driver, and resolves to its result and duration.
   *
   * @param {string} command a method of the driver
   * @param {object} [args]
   * @returns {Promise<Answer>}
   */
  ask(command, args = {}) {
    this.#asked += 1;
    const id = this.#asked;
    /** @type {Promise<Answer>} */
    const answered = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const timer = setTimeout(() => this.#onTimeout(id, command), limitMs);
    this.#child.stdin?.write(`${JSON.stringify({ id, do: command, args })}\n`);
    const outcome = answered.finally(() => clearTimeout(timer));
    // The caller may have failed in the meantime and no longer await the outcome.
    outcome.catch(() => undefined);
    return outcome;
  }

  /** The driver closes its sessions and exits; it is killed when it does not. */
  async shutDown() {
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), leaveLimitMs);
    // The program exits at the end of its input.
    const closed = this.ask('close').catch(() => undefined);
    await Promise.race([closed, this.#exited.catch(() => undefined)]);
    this.#child.stdin?.end();
    await this.#exited.catch(() => undefined);
    clearTimeout(limit);
  }

  /** @param {{ id: number, result?: unknown, elapsedMs: number, cpuMs: number, error?: string }} message */
  #onMessage({ id, result, elapsedMs, cpuMs, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve({ result, elapsedMs, cpuMs });
    else waiting?.reject(new Error(error));
  }

  /**
   * @param {number} id
   * @param {string} command
   */
  #onTimeout(id, command) {
    this.#waiting.get(id)?.reject(new Error(`no answer to '${command}' within ${limitMs} ms\n${this.#log.join('\n')}`));
    this.#waiting.delete(id);
  }

  /** @param {string} subject */
  #rejectPending(subject) {
    for (const { reject } of this.#waiting.values()) {
      reject(
        new Error(`${subject} has ended (${this.#child.exitCode ?? this.#child.signalCode})\n${this.#log.join('\n')}`),
      );
    }
    this.#waiting.clear();
  }
}

/**
 * @param {string} subject
 * @param {string | undefined} profileFolder
 * @returns {[program: string, args: string[]]}
 */
function programOf(subject, profileFolder) {
  // -B: writes no compiled files beside the sources.
  if (subject === 'kazoo') return [findPython(), ['-B', kazooProgram]];
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  return [process.execPath, [...profiling, '--expose-gc', nodeProgram, subject]];
}
