/** The position of a contender in the queue. */
export type QueuePosition =
  /** Not in the queue: not yet, or not any more. */
  | { readonly at: 'nowhere' }
  /** `ahead` contenders are before us; `predecessor` is the name of the last of them. */
  | { readonly at: 'behind'; readonly own: string; readonly predecessor: string; readonly ahead: number }
  | { readonly at: 'first'; readonly own: string };

const contenderPattern = /__lock__(-?\d{10})$/;

/** The sequence number in a contender's name; undefined for any other name. */
export function sequenceNumberOf(name: string): number | undefined {
  const number = contenderPattern.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The names of the contenders, in queue order. Other names are ignored. */
export function queueOrder(names: Iterable<string>): readonly string[] {
  const contenders = [...names].flatMap((name) => {
    const number = sequenceNumberOf(name);
    return number === undefined ? [] : [{ name, number }];
  });
  return contenders.sort((a, b) => a.number - b.number).map(({ name }) => name);
}

/** True if `names` contains a contender. */
export function hasContender(names: Iterable<string>): boolean {
  for (const name of names) if (sequenceNumberOf(name) !== undefined) return true;
  return false;
}

/** The position of the contender with that `id` among `names`. */
export function positionOf(names: Iterable<string>, id: string): QueuePosition {
  const contenders = queueOrder(names);
  const ahead = contenders.findIndex((name) => name.startsWith(id));
  const own = contenders[ahead];
  if (own === undefined) return { at: 'nowhere' };
  const predecessor = contenders[ahead - 1];
  return predecessor === undefined ? { at: 'first', own } : { at: 'behind', own, predecessor, ahead };
}

/** The leases at the lock's path, as seen by the first contender. */
export interface Leases {
  readonly held: number;
  /** True if ours is among them: the answer to its creation was lost. */
  readonly ours: boolean;
}

/** The next action of the first contender. */
export type FirstAction = 'take' | 'keep' | 'wait' | 'give up';

export function nextWhenFirst({ held, ours }: Leases, limit: number, overdue: boolean): FirstAction {
  if (ours) return 'keep';
  if (held < limit) return 'take';
  return overdue ? 'give up' : 'wait';
}
