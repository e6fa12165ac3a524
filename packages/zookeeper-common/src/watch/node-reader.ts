import type { ServiceRegistryError } from '@ndsr/core/backend';
import type { Look, NodeView } from './node-view.js';
import { type ReaderPort, type ReadingRound, readingOf } from './reading.js';

/** What became of a look. */
export interface Outcome {
  readonly look: Look;
  /** Why it did not get its answer; undefined when it did. */
  readonly error: ServiceRegistryError | undefined;
}

/** Reads what a view says is stale. */
export class NodeReader {
  readonly port: ReaderPort;
  readonly path: string;
  readonly #watch: boolean;
  /** Whether some child was seen that has children itself. */
  sawGrandchildren = false;

  /** @param watch whether to arm a watch on everything that is read */
  constructor(port: ReaderPort, path: string, watch: boolean) {
    this.port = port;
    this.path = path;
    this.#watch = watch;
  }

  /**
   * One round: everything that is stale, at the same time. Where there was no connection the look is put back. A child
   * that cannot be read shows as one without data, so that it does not hide the others.
   */
  round(view: NodeView): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      const looks = view.takeLooks();
      const round = new Round(this, view, looks.length, resolve);
      for (const look of looks) this.port.ask(readingOf(look, round));
      if (looks.length === 0) round.close();
    });
  }

  /** Whether to arm a watch on `path`. As things stand when it is asked for: a recursive watch that is added later is armed later. */
  watches(path: string): boolean {
    return this.#watch && !this.port.isRecursive(path);
  }

  /** Whether every coming and going of a child is told. */
  get isTold(): boolean {
    return this.#watch && this.port.isRecursive(this.path);
  }
}

/** The looks that are under way together. */
class Round implements ReadingRound {
  readonly reader: NodeReader;
  readonly view: NodeView;
  readonly #outcomes: Outcome[] = [];
  #left: number;
  readonly #resolve: (outcomes: readonly Outcome[]) => void;

  constructor(reader: NodeReader, view: NodeView, looks: number, resolve: (outcomes: readonly Outcome[]) => void) {
    this.reader = reader;
    this.view = view;
    this.#left = looks;
    this.#resolve = resolve;
  }

  ended(look: Look, error?: ServiceRegistryError): void {
    this.#outcomes.push({ look, error });
    this.#left -= 1;
    if (this.#left === 0) this.close();
  }

  close(): void {
    this.view.compare();
    this.#resolve(this.#outcomes);
  }
}
