import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findPython } from './find-python.mjs';

/** @import { ChildProcess } from 'node:child_process' */

/**
 * @typedef {object} Answer
 * @property {unknown} result
 * @property {number} elapsedMs by the contestant's own clock
 * @property {number} cpuMs what its process took of the processors meanwhile
 */

const nodePlayer = fileURLToPath(new URL('../players/player-process.mjs', import.meta.url));
const kazooPlayer = fileURLToPath(new URL('../players/kazoo_player.py', import.meta.url));
// A lost session is back within seconds; the bare client library does not notice the loss once in about thirty rounds.
const limitMs = 60_000;
const leaveLimitMs = 10_000;
const logLines = 30;

/** A contestant in a process of its own, so that nobody's heap or compiled code disturbs another. */
export class Player {
  /** @type {ChildProcess} */
  #child;
  #exited;
  /** @type {Map<number, { resolve(answer: Answer): void, reject(error: Error): void }>} */
  #waiting = new Map();
  /** @type {string[]} */
  #log = [];
  #asked = 0;

  /**
   * @param {string} contestant
   * @param {string} [profileFolder] for a CPU profile of it
   */
  constructor(contestant, profileFolder) {
    const [program, args] = programOf(contestant, profileFolder);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#exited = once(child, 'exit').finally(() => this.#abandon(contestant));
    this.#exited.catch(() => undefined);
    child.stdin.on('error', () => undefined); // it has ended; 'exit' follows
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log.push(line);
      if (this.#log.length > logLines) this.#log.shift();
    });
  }

  /**
   * Has it do something, and resolves with what came of it and how long it took there.
   *
   * @param {string} command a method of the player
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
    const timer = setTimeout(() => this.#giveUp(id, command), limitMs);
    this.#child.stdin?.write(`${JSON.stringify({ id, do: command, args })}\n`);
    const outcome = answered.finally(() => clearTimeout(timer));
    // Whoever asked may have failed in the meantime, and does not wait for it any more.
    outcome.catch(() => undefined);
    return outcome;
  }

  /** It closes its sessions and goes; one that does not is ended. */
  async leave() {
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), leaveLimitMs);
    // The program ends when its input does.
    const closed = this.ask('close').catch(() => undefined);
    await Promise.race([closed, this.#exited.catch(() => undefined)]);
    this.#child.stdin?.end();
    await this.#exited.catch(() => undefined);
    clearTimeout(limit);
  }

  /** @param {{ id: number, result?: unknown, elapsedMs: number, cpuMs: number, error?: string }} message */
  #hear({ id, result, elapsedMs, cpuMs, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve({ result, elapsedMs, cpuMs });
    else waiting?.reject(new Error(error));
  }

  /**
   * @param {number} id
   * @param {string} command
   */
  #giveUp(id, command) {
    this.#waiting.get(id)?.reject(new Error(`no answer to '${command}' within ${limitMs} ms\n${this.#log.join('\n')}`));
    this.#waiting.delete(id);
  }

  /** @param {string} contestant */
  #abandon(contestant) {
    for (const { reject } of this.#waiting.values()) {
      reject(
        new Error(
          `${contestant} has ended (${this.#child.exitCode ?? this.#child.signalCode})\n${this.#log.join('\n')}`,
        ),
      );
    }
    this.#waiting.clear();
  }
}

/**
 * @param {string} contestant
 * @param {string | undefined} profileFolder
 * @returns {[program: string, args: string[]]}
 */
function programOf(contestant, profileFolder) {
  // -B: no compiled files beside the sources.
  if (contestant === 'kazoo') return [findPython(), ['-B', kazooPlayer]];
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  return [process.execPath, [...profiling, '--expose-gc', nodePlayer, contestant]];
}
