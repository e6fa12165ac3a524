import { type ChildProcess, spawn } from 'node:child_process';
import { type FromGuard, machineNow, type Reason, type ToGuard } from './messages.js';
import { groupIsGone, signalGroup } from './process-group.js';

/**
 * The process between `ndsr` and the command that it runs. It ends the command when `ndsr` has exited, for whatever reason. When the
 * command may only run while a lock is certainly held, it also ends it once that time has passed without an extension from `ndsr`, for
 * example because `ndsr` is frozen. When the guard itself is killed, `ndsr` ends the command.
 *
 * The guard and the command each run in their own session, so that signals to `ndsr`'s process group do not reach them.
 */
export function guardCommand(): void {
  const guard = new Guard((message) => process.send?.(message));
  process.on('message', (message: ToGuard) => guard.receive(message));
  process.on('disconnect', () => guard.orphan());
  // A signal to the guard is meant for the command.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => guard.end(signal));
}

const pollMs = 25;

/** A shell that waits for a message, so that nothing runs before `ndsr` knows its process group. */
const runOnMessage = 'IFS= read -r go <&3 && exec 3<&- && exec "$@"';

class Guard {
  readonly #send: (message: FromGuard) => void;
  #child: ChildProcess | undefined;
  #graceMs = 0;
  /** The latest time at which it is killed. */
  #deadline = Number.POSITIVE_INFINITY;
  #politeTimer: NodeJS.Timeout | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  /** End of the grace period after the first signal. */
  #killAt = Number.POSITIVE_INFINITY;
  #isEnding = false;
  #reason: Reason | null = null;

  constructor(send: (message: FromGuard) => void) {
    this.#send = send;
  }

  receive(message: ToGuard): void {
    switch (message.type) {
      case 'prepare':
        this.#graceMs = message.graceMs;
        this.#prepare(message.command, message.env);
        break;
      case 'go':
        (this.#child?.stdio[3] as NodeJS.WritableStream | undefined)?.end('go\n');
        break;
      case 'allow':
        this.#allow(message.politeAt, message.killAt);
        break;
      case 'end':
        this.end(message.signal);
        break;
      case 'kill':
        this.#kill();
        break;
    }
  }

  /** Sends a signal, then SIGKILL when the command has not ended. */
  end(signal: NodeJS.Signals): void {
    this.#isEnding = true;
    this.#killAt = Math.min(this.#killAt, machineNow() + this.#graceMs);
    if (this.#group !== undefined) signalGroup(this.#group, signal);
    this.#setKill();
  }

  /** `ndsr` has exited. Its lock stays valid until the deadline. */
  orphan(): void {
    if (this.#group === undefined) process.exit();
    this.#reason ??= 'orphaned';
    this.end('SIGTERM');
  }

  get #group(): number | undefined {
    return this.#child?.pid;
  }

  #prepare(command: readonly string[], env: Readonly<Record<string, string>>): void {
    const child = spawn('/bin/sh', ['-c', runOnMessage, 'ndsr', ...command], {
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    });
    this.#child = child;
    child.stdio[3]?.on('error', () => undefined); // It has ended before it was told.
    child.on('error', () => this.#gone(127, null));
    if (child.pid === undefined) return;
    child.on('exit', (code, signal) => this.#clearAway(child.pid ?? 0, code, signal));
    this.#send({ type: 'ready', group: child.pid });
  }

  #allow(politeAt: number, killAt: number): void {
    this.#deadline = killAt;
    clearTimeout(this.#politeTimer);
    this.#politeTimer = setTimeout(() => this.#runOut(), Math.max(0, politeAt - machineNow()));
    this.#setKill();
  }

  /** No extension was received. While the lock is still valid, the command can shut down on a signal. */
  #runOut(): void {
    this.#reason ??= 'deadline';
    this.end('SIGTERM');
  }

  #setKill(): void {
    const at = Math.min(this.#killAt, this.#deadline);
    clearTimeout(this.#killTimer);
    if (Number.isFinite(at)) this.#killTimer = setTimeout(() => this.#kill(), Math.max(0, at - machineNow()));
  }

  #kill(): void {
    this.#isEnding = true;
    this.#killAt = machineNow();
    if (this.#group !== undefined) signalGroup(this.#group, 'SIGKILL');
  }

  /** The command has ended; its child processes may still run and must not outlive it. */
  #clearAway(group: number, code: number | null, signal: NodeJS.Signals | null): void {
    if (groupIsGone(group)) {
      this.#gone(code, signal);
      return;
    }
    if (!this.#isEnding) this.end('SIGTERM');
    else if (machineNow() >= this.#killAt) signalGroup(group, 'SIGKILL');
    setTimeout(() => this.#clearAway(group, code, signal), pollMs);
  }

  #gone(code: number | null, signal: NodeJS.Signals | null): void {
    clearTimeout(this.#politeTimer);
    clearTimeout(this.#killTimer);
    if (process.connected) {
      this.#send({ type: 'gone', code, signal, reason: this.#reason });
      process.disconnect();
    }
    process.exit();
  }
}
