/** Returns the name in `known` that `word` was most likely meant to be; undefined if none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distances = known.map((candidate) => ({ candidate, distance: editDistance(fold(word), fold(candidate)) }));
  const best = distances.sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= tolerance(word) ? best.candidate : undefined;
}

/** Returns `unknown event 'conected'; did you mean 'connected'?`, or lists `known` if no name is close. */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const suggestion = nearest(name, known);
  const hint = suggestion === undefined ? `known are ${known.join(', ')}` : `did you mean '${suggestion}'?`;
  return `unknown ${kind} '${name}'; ${hint}`;
}

/** Of three letters two are another word. */
function tolerance(word: string): number {
  return word.length <= 3 ? 1 : Math.max(2, word.length / 3);
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, '');
}

/** Levenshtein distance: the number of characters to insert, remove or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
