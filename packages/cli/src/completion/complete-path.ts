import type { Logger, ServiceRegistry } from '@ndsr/core';
import { childOf, parentOf } from '@ndsr/core/backend';
import type { Context } from '../context.js';
import { needsEscape } from '../safe-text.js';
import { optionValue, splitCommandLine } from './command-line.js';

/** How long a completion may take, and how long the session may take to close after that, ms. */
const mostMs = 300;
const mostStopMs = 200;

const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Completions of the last word of `line`; none when the registry does not answer in time. */
export async function completePath(
  context: Context,
  line: string,
  offer: (paths: readonly string[]) => Promise<void>,
): Promise<void> {
  const { before, word } = splitCommandLine(line);
  if (word !== '' && !word.startsWith('/')) return;
  const url = optionValue(before, '--url') ?? context.url;
  const search = new Search(context, url, word);
  const paths = await within(context, mostMs, search.run());
  await offer((paths ?? []).filter(isPlain));
  if ((await within(context, mostStopMs, search.stop())) === undefined) context.host.exit(0);
}

class Search {
  readonly #context: Context;
  readonly #url: string;
  readonly #word: string;
  #registry: ServiceRegistry | undefined;
  #isOver = false;

  constructor(context: Context, url: string, word: string) {
    this.#context = context;
    this.#url = url;
    this.#word = word;
  }

  async run(): Promise<readonly string[]> {
    const registry = await this.#context.open({ readOnly: true, logger: silent }, this.#url);
    if (this.#isOver) return [];
    this.#registry = registry;
    await registry.start();
    const word = this.#word === '' ? '/' : this.#word;
    const parent = word.endsWith('/') ? word.slice(0, -1) || '/' : (parentOf(word) ?? '/');
    const paths = (await childrenOf(registry, parent)).filter((path) => path.startsWith(word));
    // The word is complete already: offer its children.
    return paths.length === 1 && paths[0] === word ? childrenOf(registry, word) : paths;
  }

  async stop(): Promise<true> {
    this.#isOver = true;
    await this.#registry?.stop();
    return true;
  }
}

async function childrenOf(registry: ServiceRegistry, path: string): Promise<readonly string[]> {
  const { children } = await registry.get(path, { children: 'names' });
  return Object.keys(children)
    .sort()
    .map((name) => childOf(path, name));
}

/** Resolves like `work`; to undefined when it takes too long or fails. */
function within<Result>({ clock }: Context, ms: number, work: Promise<Result>): Promise<Result | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.timer(ms, () => resolve(undefined));
    work.then(resolve, () => resolve(undefined)).finally(cancel);
  });
}

/** Safe for a shell: names may contain anything, such as `$(command)`, and shells insert completions into the command line. */
function isPlain(path: string): boolean {
  return /^[\p{L}\p{M}\p{N}/._:@%+,=~-]+$/u.test(path) && !needsEscape(path);
}

function ignore(): void {
  // A completion prints no messages.
}
