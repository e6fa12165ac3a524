import { OutputClosed, OutputFailed } from './endings.js';
import type { Output } from './host.js';
import type { SafeText } from './safe-text.js';

/** What the system says of a pipe or a socket that nobody reads any more. */
const closedCodes: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/** Writes data to stdout, and ends the command when that takes no more. */
export class DataOutput {
  readonly #stdout: Output;
  readonly #end: AbortController;
  #failure: OutputFailed | undefined;

  constructor(stdout: Output, end: AbortController) {
    this.#stdout = stdout;
    this.#end = end;
  }

  /**
   * Resolves when `text` is on its way, also when nobody reads it any more: whoever closed the other end has all that it wanted.
   *
   * @throws {OutputFailed} it cannot be written
   */
  async write(text: SafeText): Promise<void> {
    const error = await new Promise<Error | null | undefined>((resolve) => this.#stdout.write(text, resolve));
    if (error) this.fail(error);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The stream has failed. */
  fail(error: Error): void {
    if (!closedCodes.has((error as NodeJS.ErrnoException).code)) this.#failure ??= new OutputFailed(error);
    this.#end.abort(this.#failure ?? new OutputClosed());
  }
}
