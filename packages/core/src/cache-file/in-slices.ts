/** How long a slice of work may hold up everything else, ms. */
const sliceMs = 4;

/** Runs `work` to its end, and lets others run whenever that has taken a few milliseconds. `now` in ms. */
export async function inSlices<T>(work: Generator<unknown, T>, now: () => number): Promise<T> {
  let until = now() + sliceMs;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    if (now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = now() + sliceMs;
  }
}
