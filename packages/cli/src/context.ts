import { type Clock, openRegistry, type RegistryOptions, type ServiceRegistry } from '@ndsr/core';
import type { DataOutput } from './data-output.js';
import { Exit, OutputClosed } from './endings.js';
import { exitCodeOf } from './exit-codes.js';
import type { Host } from './host.js';
import { explainMissing, missingChroot } from './missing-chroot.js';
import type { TableOptions } from './output/table.js';
import { withProgress } from './progress.js';
import { type SafeText, styled } from './safe-text.js';
import { colorsFor, type Loudness, Talk } from './talk.js';
import { showUrl, withoutQuery } from './url.js';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly url?: string | undefined;
  readonly timeout?: number | undefined;
  readonly verbose?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

export const defaultUrl = 'zookeeper-js://localhost:2181';

/** State shared by the whole program: the data output, and the signal that ends a command. */
export interface Endings {
  readonly data: DataOutput;
  readonly end: AbortController;
}

/** The context of a command. */
export class Context {
  readonly host: Host;
  readonly clock: Clock;
  readonly talk: Talk;
  readonly url: string;
  /** The requested session timeout; undefined: the URL's, or the registry's default. */
  readonly timeoutMs: number | undefined;
  /** Aborted when the command must end: by a signal (`Interruption`), or because stdout has no reader (`OutputClosed`). */
  readonly ending: AbortSignal;
  readonly #data: DataOutput;
  readonly #end: AbortController;

  constructor(host: Host, clock: Clock, options: GlobalOptions, { data, end }: Endings) {
    this.host = host;
    this.clock = clock;
    this.talk = new Talk(host.stderr, colorsFor(host.stderr, host.env), loudnessOf(options));
    this.url = options.url ?? (host.env.NDSR_URL || defaultUrl);
    this.timeoutMs = options.timeout;
    this.#data = data;
    this.#end = end;
    this.ending = end.signal;
  }

  /** The URL without credentials, safe to print. */
  get place(): string {
    return showUrl(this.url);
  }

  /** Colours for stdout. */
  get colors(): ReturnType<typeof colorsFor> {
    return colorsFor(this.host.stdout, this.host.env);
  }

  /** True when stdout is a terminal. */
  get isTerminal(): boolean {
    return this.host.stdout.isTTY === true;
  }

  /** The layout of a table on stdout. */
  get tableOptions(): TableOptions {
    return { width: this.host.stdout.columns, heading: (text) => styled(this.colors.bold, text) };
  }

  /**
   * Writes data to stdout; resolves once it is flushed, so that a slow reader applies backpressure.
   *
   * @throws {OutputFailed} stdout cannot be written
   */
  print(text: SafeText): Promise<void> {
    return this.#data.write(text);
  }

  /** Ends the command when the reader of stdout closes it, even if nothing is written. Returns a function that cancels this. */
  endWithReader(): () => void {
    return this.host.onReaderGone?.(() => this.#end.abort(new OutputClosed())) ?? (() => undefined);
  }

  /** Creates a registry for `url`, not started. */
  open(options: RegistryOptions, url = this.url): Promise<ServiceRegistry> {
    const timeout = this.timeoutMs === undefined ? {} : { timeoutMs: this.timeoutMs };
    return openRegistry({ url, logger: this.talk.logger, ...timeout, ...options });
  }

  /** Prints what it waits for when that takes more than 2 s. */
  progress<Result>(what: string | (() => string), work: Promise<Result>): Promise<Result> {
    return withProgress(this, typeof what === 'string' ? () => what : what, work);
  }

  /**
   * Runs `work` with a connected registry and always stops the registry afterwards, which removes its registrations.
   *
   * @throws {Exit} with `exitCodes.noConnection` when it cannot be reached
   */
  async withRegistry<Result>(
    options: RegistryOptions,
    work: (registry: ServiceRegistry) => Promise<Result>,
  ): Promise<Result> {
    const registry = await this.open(options);
    try {
      await this.progress(`connecting to ${this.place}`, this.unlessEnding(registry.start()));
      return await work(registry);
    } catch (error) {
      throw this.#withPlace(await explainMissing(error, registry, this.url));
    } finally {
      await this.progress('leaving', registry.stop());
    }
  }

  /** For commands that wait: below a misspelt chroot nothing ever appears. */
  async warnOfMissingChroot(registry: ServiceRegistry): Promise<void> {
    const missing = await this.unlessEnding(missingChroot(registry, this.url));
    if (missing !== undefined) this.talk.warn(missing);
  }

  /** Settles like `work`; rejects with the reason as soon as the command must end. */
  async unlessEnding<Result>(work: Promise<Result>): Promise<Result> {
    // Nothing awaits it after the command has ended, so a late failure is ignored.
    work.catch(() => undefined);
    this.ending.throwIfAborted();
    let stop = (): void => undefined;
    const ended = new Promise<never>((_, reject) => {
      stop = () => reject(this.ending.reason);
      this.ending.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      this.ending.removeEventListener('abort', stop);
    }
  }

  /** Resolves when the command must end. */
  async untilEnding(): Promise<void> {
    if (this.ending.aborted) return;
    // The timer keeps the process alive.
    const cancel = keepAlive(this.clock);
    await new Promise((resolve) => this.ending.addEventListener('abort', resolve, { once: true }));
    cancel();
  }

  /** The unreachable servers are the first thing that a user needs to know. */
  #withPlace(error: unknown): unknown {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_NDSR_NO_CONNECTION' && code !== 'ERR_NDSR_TIMEOUT') return error;
    const hint = `\`ndsr doctor --url ${withoutQuery(this.place)}\` says more`;
    return new Exit(exitCodeOf(error), `${(error as Error).message}; ${hint}`);
  }
}

function keepAlive(clock: Clock): () => void {
  let cancel = clock.timer(3_600_000, again);
  function again(): void {
    cancel = clock.timer(3_600_000, again);
  }
  return () => cancel();
}

function loudnessOf({ verbose, quiet }: GlobalOptions): Loudness {
  return quiet ? 'quiet' : verbose ? 'verbose' : 'normal';
}
