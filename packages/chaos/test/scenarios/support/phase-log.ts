import type { Logger, Phase, RegistryOptions, ServiceRegistry } from '@ndsr/core';

/** A phase change or a log line of a registry, with its time. */
export interface Saying {
  readonly at: number;
  readonly what: 'phase' | 'warn';
  /** The phase, or the line. */
  readonly text: string;
  readonly sessionId?: string | null;
}

/** The phases of a registry and its log lines from WARN up, in order. */
export class PhaseLog {
  readonly sayings: Saying[] = [];
  readonly faults: string[] = [];
  readonly logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (...line: unknown[]) => this.#warn(line),
    error: (...line: unknown[]) => this.#warn(line),
  };

  /** Creates a registry that logs here. */
  static of<Options extends RegistryOptions>(
    make: (options: Options) => ServiceRegistry,
    options: Options,
  ): { readonly registry: ServiceRegistry; readonly log: PhaseLog } {
    const log = new PhaseLog();
    const registry = make({ ...options, logger: log.logger });
    registry.on('phase', ({ phase: text, sessionId }) => log.#note({ what: 'phase', text, sessionId }));
    registry.on('fault', ({ error }) => log.faults.push(`${error.code}: ${error.message}`));
    return { registry, log };
  }

  /** The first time of a phase since a moment; undefined when there is none. */
  firstAfter(phase: Phase, at: number): Saying | undefined {
    return this.sayings.find((saying) => saying.what === 'phase' && saying.text === phase && saying.at >= at);
  }

  phasesAfter(at: number): string[] {
    return this.sayings.flatMap((saying) => (saying.what === 'phase' && saying.at >= at ? [saying.text] : []));
  }

  /** The log lines for each phase change since a moment; the last entry has none. */
  warningsByPhaseChange(at: number): string[][] {
    const groups: string[][] = [[]];
    for (const saying of this.sayings) {
      if (saying.at < at) continue;
      if (saying.what === 'warn') groups.at(-1)?.push(saying.text);
      else groups.push([]);
    }
    return groups;
  }

  #warn(line: readonly unknown[]): void {
    this.#note({ what: 'warn', text: line.join(' ') });
  }

  #note(saying: Omit<Saying, 'at'>): void {
    this.sayings.push({ at: performance.now(), ...saying });
  }
}
