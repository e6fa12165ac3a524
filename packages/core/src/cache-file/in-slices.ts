/** The longest time that a slice of work may block the event loop, ms. */
const sliceMs = 4;

/** Runs `work` to its end, and yields to the event loop after every few milliseconds. `now` in ms. */
export async function inSlices<T>(work: Generator<unknown, T>, now: () => number): Promise<T> {
  let until = now() + sliceMs;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    if (now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = now() + sliceMs;
  }
}
