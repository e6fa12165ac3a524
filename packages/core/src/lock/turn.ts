/** Where one stands in the line before a lock. */
export type Turn =
  /** Not in it: not yet, or not any more. */
  | { readonly at: 'nowhere' }
  /** Some are before us; `predecessor` is the name of the one right before. */
  | { readonly at: 'behind'; readonly predecessor: string; readonly ahead: number }
  /** It is for us to take a lease, as soon as one is free. */
  | { readonly at: 'first' };

const numbered = /__lock__(-?\d{10})$/;

/** Where the contender of that `id` stands among `names`. Whatever else lies there is nobody. */
export function turnOf(names: Iterable<string>, id: string): Turn {
  const line = [...names].flatMap((name) => {
    const number = numbered.exec(name)?.[1];
    return number === undefined ? [] : [{ name, number: Number(number) }];
  });
  const own = line.filter(({ name }) => name.startsWith(id)).map(({ number }) => number);
  if (own.length === 0) return { at: 'nowhere' };
  const place = Math.min(...own);
  const before = line.filter(({ number }) => number < place);
  const last = before.reduce((a, b) => (b.number > a.number ? b : a), before[0] ?? { name: '', number: 0 });
  return before.length === 0 ? { at: 'first' } : { at: 'behind', predecessor: last.name, ahead: before.length };
}

/** What whoever is first finds at the lock's path. */
export interface Leases {
  readonly held: number;
  /** Ours is among them: the answer to its making was lost. */
  readonly ours: boolean;
}

/** What whoever is first does next. */
export type Grab = 'take' | 'keep' | 'wait' | 'give up';

export function decideGrab({ held, ours }: Leases, limit: number, overdue: boolean): Grab {
  if (ours) return 'keep';
  if (held < limit) return 'take';
  return overdue ? 'give up' : 'wait';
}
