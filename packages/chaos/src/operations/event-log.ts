import type { ServiceRegistry } from '@ndsr/core';

/** What a registry told of itself: its sessions, and whether each thing was said once. */
export class EventLog {
  /** Of all sessions it has had, the present one last. */
  readonly sessions: bigint[] = [];
  readonly #registered = new Set<string>();
  readonly #broken: string[] = [];
  #moves = 0;
  #connected: boolean | undefined;

  constructor(registry: ServiceRegistry) {
    registry.on('phase', ({ phase, sessionId }) => {
      this.#moves += 1;
      const session = BigInt.asIntN(64, BigInt(`0x${sessionId ?? 0}`));
      if (phase === 'connected' && this.session !== session) this.sessions.push(session);
    });
    registry.on('registered', ({ path }) => {
      if (this.#registered.has(path)) this.#broken.push(`'registered' was told twice in a row of ${path}`);
      this.#registered.add(path);
    });
    registry.on('unregistered', ({ path }) => {
      if (!this.#registered.delete(path)) this.#broken.push(`'unregistered' was told of ${path}, which was not`);
    });
    registry.getState((connected) => {
      if (this.#connected === connected) this.#broken.push(`getState told ${connected} twice in a row`);
      this.#connected = connected;
    });
  }

  /** How often the connection moved. */
  get moves(): number {
    return this.#moves;
  }

  get session(): bigint | undefined {
    return this.sessions.at(-1);
  }

  /** The registrations that stand, as far as was told. */
  get registered(): ReadonlySet<string> {
    return this.#registered;
  }

  get complaints(): readonly string[] {
    return this.#broken;
  }
}
