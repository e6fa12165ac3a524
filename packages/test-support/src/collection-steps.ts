type Method = (...args: unknown[]) => unknown;

/** The methods of maps and sets that look at one member, and the steps of their iterators. */
const counted: readonly (readonly [prototype: object, names: readonly string[]])[] = [
  [Map.prototype, ['get', 'set', 'has', 'delete']],
  [Set.prototype, ['add', 'has', 'delete']],
  [Object.getPrototypeOf(new Map().keys()) as object, ['next']],
  [Object.getPrototypeOf(new Set().keys()) as object, ['next']],
];

/**
 * Counts how many members of maps and sets are looked at, by anybody, until `run` has settled: a measure of work that does
 * not depend on the machine.
 */
export async function collectionSteps(run: () => Promise<unknown>): Promise<number> {
  let steps = 0;
  const restore: (() => void)[] = [];
  for (const [prototype, names] of counted) {
    const methods = prototype as Record<string, Method>;
    for (const name of names) {
      const sound = methods[name] as Method;
      restore.push(() => {
        methods[name] = sound;
      });
      methods[name] = function (this: unknown, ...args: unknown[]): unknown {
        steps += 1;
        return sound.apply(this, args);
      };
    }
  }
  try {
    await run();
    return steps;
  } finally {
    for (const undo of restore) undo();
  }
}
