import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CancelTimer, Clock } from '@ndsr/core';
import { UnsupportedError } from '@ndsr/core';
import { type FromGuard, machineNow, type Reason, type ToGuard } from './messages.js';
import { groupIsGone, signalGroup } from './process-group.js';

/** How a command ended. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it did not end by itself, where the guard saw to it; `guard`: the guard was killed, and the command for that. */
  readonly reason: Reason | 'guard' | null;
}

export interface GuardedCommandOptions {
  readonly command: readonly string[];
  /** Beside the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** From a polite signal to SIGKILL. */
  readonly graceMs: number;
  readonly clock: Clock;
}

const guardFile = fileURLToPath(new URL('../../bin/guard.js', import.meta.url));
const pollMs = 25;
/** What the guard may take longer than it was told, before its work is done for it. */
const patienceMs = 1_000;

/**
 * A command in a process group of its own, with a guard that ends all of it when this process dies. `gone` resolves only when no
 * process of the group runs any more.
 */
export class GuardedCommand {
  readonly gone: Promise<Outcome>;
  readonly #options: GuardedCommandOptions;
  readonly #guard: ChildProcess;
  readonly #ready: Promise<void>;
  #group: number | undefined;
  #outcome: Outcome | undefined;
  #cancelRescue: CancelTimer | undefined;
  #isGone = false;

  /**
   * Starts the guard, and has the command ready; nothing of it runs before `go`.
   *
   * @throws {UnsupportedError} on Windows, which has no process groups
   */
  constructor(options: GuardedCommandOptions) {
    if (process.platform === 'win32')
      throw new UnsupportedError('Commands can be run and ended safely on Linux and macOS only');
    this.#options = options;
    this.#guard = fork(guardFile, [], { detached: true, execArgv: [] });
    const heard = new Promise<void>((resolve) =>
      this.#guard.on('message', (message: FromGuard) => this.#receive(message, resolve)),
    );
    this.gone = new Promise((resolve, reject) => {
      this.#guard.on('error', reject);
      this.#guard.on('exit', () => void this.#afterGuard().then(resolve, reject));
    });
    this.#ready = Promise.race([heard, this.gone.then(() => undefined)]);
    this.#send({ type: 'prepare', command: options.command, env: options.env, graceMs: options.graceMs });
  }

  /** Resolves when the command only waits for `go`. */
  ready(): Promise<void> {
    return this.#ready;
  }

  go(): void {
    this.#send({ type: 'go' });
  }

  /**
   * It may run for that long from now on, unless something else is said before: when `politeMs` of it are left it is asked to end, when
   * `killMs` are left it is killed.
   */
  allow(ms: number, { politeMs, killMs }: { readonly politeMs: number; readonly killMs: number }): void {
    const end = machineNow() + ms;
    this.#send({ type: 'allow', politeAt: end - politeMs, killAt: end - killMs });
  }

  /** `signal`, and SIGKILL after the grace. */
  end(signal: NodeJS.Signals): void {
    if (this.#isGone) return;
    this.#send({ type: 'end', signal });
    // The guard may stand still.
    const { clock, graceMs } = this.#options;
    this.#cancelRescue ??= clock.timer(graceMs + patienceMs, () => this.kill());
  }

  /** SIGKILL, now: by the guard, and by ourselves in case that it stands still. */
  kill(): void {
    // A timer of its own would keep this process alive.
    if (this.#isGone) return;
    this.#send({ type: 'kill' });
    if (this.#group !== undefined) signalGroup(this.#group, 'SIGKILL');
    this.#cancelRescue?.();
    this.#cancelRescue = this.#options.clock.timer(patienceMs, () => this.#guard.kill('SIGKILL'));
  }

  #send(message: ToGuard): void {
    // Where it cannot be told, its exit is heard of.
    if (this.#guard.connected) this.#guard.send(message, () => undefined);
  }

  #receive(message: FromGuard, ready: () => void): void {
    if (message.type === 'ready') {
      this.#group = message.group;
      ready();
    } else {
      const { code, signal, reason } = message;
      this.#outcome = { code, signal, reason };
    }
  }

  /** The guard has ended: when it was killed, the command may run. */
  async #afterGuard(): Promise<Outcome> {
    const group = this.#group;
    while (group !== undefined && this.#outcome === undefined && !groupIsGone(group)) {
      signalGroup(group, 'SIGKILL');
      await new Promise<void>((resolve) => this.#options.clock.timer(pollMs, resolve));
    }
    this.#isGone = true;
    this.#cancelRescue?.();
    return this.#outcome ?? { code: null, signal: null, reason: 'guard' };
  }
}
