/** A time for which somebody held a lock for certain: nanoseconds by the machine's monotonic clock. */
export interface Interval {
  readonly who: string;
  /** When it was asked for. */
  readonly asked: number;
  readonly from: number;
  readonly to: number;
}

/** Now, by the clock that every process of the machine reads. As a number: exact for a hundred days of uptime. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

/** The most that held at one moment. Who ends at the moment at which another begins does not hold together with it. */
export function mostAtOnce(intervals: readonly Interval[]): number {
  const moments = intervals.flatMap(({ from, to }) => [
    { at: from, change: 1 },
    { at: to, change: -1 },
  ]);
  moments.sort((a, b) => a.at - b.at || a.change - b.change);
  let [holding, most] = [0, 0];
  for (const { change } of moments) {
    holding += change;
    most = Math.max(most, holding);
  }
  return most;
}

/** How many others were served between somebody's asking and being served, at most. */
export function mostOvertaking(intervals: readonly Interval[]): number {
  return Math.max(
    ...intervals.map(({ asked, from }) => intervals.filter((one) => one.asked > asked && one.from < from).length),
  );
}
