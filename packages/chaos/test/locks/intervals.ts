/** An interval in which a lock was certainly held: nanoseconds of the machine's monotonic clock. */
export interface Interval {
  readonly who: string;
  /** The time of the request. */
  readonly asked: number;
  readonly from: number;
  readonly to: number;
}

/** The machine's monotonic clock, shared by all processes. As a number it is exact for a hundred days of uptime. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

/** The maximum number of holders at one moment. An interval that ends when another starts does not overlap it. */
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

/** The maximum number of others that were served between a request and its acquisition. */
export function mostOvertaking(intervals: readonly Interval[]): number {
  return Math.max(
    ...intervals.map(({ asked, from }) => intervals.filter((one) => one.asked > asked && one.from < from).length),
  );
}
