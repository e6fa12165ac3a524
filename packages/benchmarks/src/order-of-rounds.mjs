/**
 * The order of the subjects in each round. It is rotated by one place in each round and reversed in every second one, so that no
 * subject is always first, or always after the same neighbour.
 *
 * @template T
 * @param {readonly T[]} subjects
 * @param {number} rounds
 * @returns {T[][]}
 */
export function orderOfRounds(subjects, rounds) {
  return Array.from({ length: rounds }, (_, round) => {
    const start = round % Math.max(1, subjects.length);
    const rotated = [...subjects.slice(start), ...subjects.slice(0, start)];
    return round % 2 === 0 ? rotated : rotated.reverse();
  });
}
