/** Where one stands in the line before a lock. */
export type QueuePosition =
  /** Not in it: not yet, or not any more. */
  | { readonly at: 'nowhere' }
  /** Some are before us; `predecessor` is the name of the one right before. */
  | { readonly at: 'behind'; readonly own: string; readonly predecessor: string; readonly ahead: number }
  /** It is our turn. */
  | { readonly at: 'first'; readonly own: string };

const contenderName = /__lock__(-?\d{10})$/;

/** The sequence number in a contender's name; undefined where it is no contender. */
export function sequenceNumberOf(name: string): number | undefined {
  const number = contenderName.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The names of those who stand in line, in their order. Whatever else lies there is nobody. */
export function queueOrder(names: Iterable<string>): readonly string[] {
  const contenders = [...names].flatMap((name) => {
    const number = sequenceNumberOf(name);
    return number === undefined ? [] : [{ name, number }];
  });
  return contenders.sort((a, b) => a.number - b.number).map(({ name }) => name);
}

/** Whether there is a contender among `names`. */
export function hasContender(names: Iterable<string>): boolean {
  for (const name of names) if (sequenceNumberOf(name) !== undefined) return true;
  return false;
}

/** Where the contender of that `id` stands among `names`. */
export function positionOf(names: Iterable<string>, id: string): QueuePosition {
  const contenders = queueOrder(names);
  const ahead = contenders.findIndex((name) => name.startsWith(id));
  const own = contenders[ahead];
  if (own === undefined) return { at: 'nowhere' };
  const predecessor = contenders[ahead - 1];
  return predecessor === undefined ? { at: 'first', own } : { at: 'behind', own, predecessor, ahead };
}

/** What whoever is first finds at the lock's path. */
export interface Leases {
  readonly held: number;
  /** Ours is among them: the answer to its making was lost. */
  readonly ours: boolean;
}

/** What whoever is first does next. */
export type FirstAction = 'take' | 'keep' | 'wait' | 'give up';

export function nextWhenFirst({ held, ours }: Leases, limit: number, overdue: boolean): FirstAction {
  if (ours) return 'keep';
  if (held < limit) return 'take';
  return overdue ? 'give up' : 'wait';
}
