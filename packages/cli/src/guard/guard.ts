import { type ChildProcess, spawn } from 'node:child_process';
import { type FromGuard, machineNow, type Reason, type ToGuard } from './messages.js';
import { groupIsGone, signalGroup } from './process-group.js';

/**
 * The process between `ndsr` and the command that it runs. It ends the command when `ndsr` is gone, however it went, and, where the
 * command may run only as long as a lock is held for certain, when that time is over and `ndsr` has said nothing new: so also
 * when `ndsr` stands still. Where the guard itself is killed, `ndsr` ends the command.
 *
 * It is in a session of its own, so that what is meant for `ndsr`'s process group does not hit it too; so is the command.
 */
export function guardCommand(): void {
  const guard = new Guard((message) => process.send?.(message));
  process.on('message', (message: ToGuard) => guard.receive(message));
  process.on('disconnect', () => guard.orphan());
  // Whoever wants the guard to end wants the command to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => guard.end(signal));
}

const pollMs = 25;

/** In a shell that waits for a word, so that nothing runs whose process group `ndsr` does not know. */
const whenTold = 'IFS= read -r go <&3 && exec 3<&- && exec "$@"';

class Guard {
  readonly #send: (message: FromGuard) => void;
  #child: ChildProcess | undefined;
  #graceMs = 0;
  /** When it is killed at the latest. */
  #deadline = Number.POSITIVE_INFINITY;
  #politeTimer: NodeJS.Timeout | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  /** When the grace is over, once it has been asked to end. */
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

  /** Politely, and with SIGKILL when that has not helped. */
  end(signal: NodeJS.Signals): void {
    this.#isEnding = true;
    this.#killAt = Math.min(this.#killAt, machineNow() + this.#graceMs);
    if (this.#group !== undefined) signalGroup(this.#group, signal);
    this.#setKill();
  }

  /** `ndsr` is gone. Its lock stays ours until the deadline. */
  orphan(): void {
    if (this.#group === undefined) process.exit();
    this.#reason ??= 'orphaned';
    this.end('SIGTERM');
  }

  get #group(): number | undefined {
    return this.#child?.pid;
  }

  #prepare(command: readonly string[], env: Readonly<Record<string, string>>): void {
    const child = spawn('/bin/sh', ['-c', whenTold, 'ndsr', ...command], {
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

  /** Nothing new was heard. While the lock is still ours the command can end politely. */
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

  /** The command has ended; what it started may run on, and must not outlive it. */
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
