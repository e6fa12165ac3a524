import type { ServiceRegistry } from '@ndsr/core';

/** Records the events of a registry: its sessions, and every event that was emitted twice. */
export class EventLog {
  /** All its sessions, the current one last. */
  readonly sessions: bigint[] = [];
  readonly #registered = new Set<string>();
  readonly #violations: string[] = [];
  #phaseChanges = 0;
  #connected: boolean | undefined;

  constructor(registry: ServiceRegistry) {
    registry.on('phase', ({ phase, sessionId }) => {
      this.#phaseChanges += 1;
      const session = BigInt.asIntN(64, BigInt(`0x${sessionId ?? 0}`));
      if (phase === 'connected' && this.session !== session) this.sessions.push(session);
    });
    registry.on('registered', ({ path }) => {
      if (this.#registered.has(path)) this.#violations.push(`'registered' was emitted twice in a row for ${path}`);
      this.#registered.add(path);
    });
    registry.on('unregistered', ({ path }) => {
      if (!this.#registered.delete(path))
        this.#violations.push(`'unregistered' was emitted for ${path}, which was not registered`);
    });
    registry.getState((connected) => {
      if (this.#connected === connected) this.#violations.push(`getState reported ${connected} twice in a row`);
      this.#connected = connected;
    });
  }

  /** The number of changes of the phase. */
  get phaseChanges(): number {
    return this.#phaseChanges;
  }

  get session(): bigint | undefined {
    return this.sessions.at(-1);
  }

  /** The current registrations, according to the events. */
  get registered(): ReadonlySet<string> {
    return this.#registered;
  }

  get violations(): readonly string[] {
    return this.#violations;
  }
}
