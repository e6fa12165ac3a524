import { type ChildProcess, fork } from 'node:child_process';
import type { CancelTimer, Clock } from '@ndsr/core';
import { UnsupportedError } from '@ndsr/core';
import { packageFile } from '../package-file.js';
import { type FromGuard, machineNow, type Reason, type ToGuard } from './messages.js';
import { groupIsGone, signalGroup } from './process-group.js';

/** The outcome of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the guard ended it; `guard`: the guard was killed, so `ndsr` killed the command. */
  readonly reason: Reason | 'guard' | null;
}

export interface GuardedCommandOptions {
  readonly command: readonly string[];
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** From the first signal to SIGKILL, ms. */
  readonly graceMs: number;
  readonly clock: Clock;
}

const guardFile = packageFile('bin/guard.js');
const pollMs = 25;
/** How long the guard may be late before `ndsr` takes over its work, ms. */
const patienceMs = 1_000;

/**
 * A command in its own process group, with a guard that ends the whole group when this process dies. `gone` resolves only when no
 * process of the group is running.
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
   * Starts the guard and prepares the command; it does not run before `go`.
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

  /** Resolves once the command is ready for `go`. */
  ready(): Promise<void> {
    return this.#ready;
  }

  go(): void {
    this.#send({ type: 'go' });
  }

  /**
   * Allows the command to run for that long from now on, until it is extended: with `politeMs` left it gets a signal, with `killMs` left
   * it is killed.
   */
  allow(ms: number, { politeMs, killMs }: { readonly politeMs: number; readonly killMs: number }): void {
    const end = machineNow() + ms;
    this.#send({ type: 'allow', politeAt: end - politeMs, killAt: end - killMs });
  }

  /** `signal`, and SIGKILL after the grace. */
  end(signal: NodeJS.Signals): void {
    if (this.#isGone) return;
    this.#send({ type: 'end', signal });
    // The guard may be frozen.
    const { clock, graceMs } = this.#options;
    this.#cancelRescue ??= clock.timer(graceMs + patienceMs, () => this.kill());
  }

  /** SIGKILL at once, by the guard, and by this process in case the guard is frozen. */
  kill(): void {
    // A timer of its own would keep this process alive.
    if (this.#isGone) return;
    this.#send({ type: 'kill' });
    if (this.#group !== undefined) signalGroup(this.#group, 'SIGKILL');
    this.#cancelRescue?.();
    this.#cancelRescue = this.#options.clock.timer(patienceMs, () => this.#guard.kill('SIGKILL'));
  }

  #send(message: ToGuard): void {
    // If the message cannot be delivered, the exit event follows.
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

  /** The guard has exited. If it was killed, the command may still be running. */
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
