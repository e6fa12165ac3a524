import { OutputClosed, OutputFailed } from './endings.js';
import type { Output } from './host.js';
import type { SafeText } from './safe-text.js';

/** Error codes of a pipe or a socket whose reader has closed it. */
const closedCodes: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/** Writes data to stdout, and ends the command when stdout is closed or fails. */
export class DataOutput {
  readonly #stdout: Output;
  readonly #end: AbortController;
  #failure: OutputFailed | undefined;

  constructor(stdout: Output, end: AbortController) {
    this.#stdout = stdout;
    this.#end = end;
  }

  /**
   * Resolves once `text` is flushed, also when the reader has closed the pipe: it has all it wanted.
   *
   * @throws {OutputFailed} when it cannot be written
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
