/**
 * Who goes when: each round has every contestant once. The order is turned by one place in each round and reversed in every
 * second one, so that nobody always goes first, or after the same neighbour.
 *
 * @template T
 * @param {readonly T[]} contestants
 * @param {number} rounds
 * @returns {T[][]}
 */
export function alternate(contestants, rounds) {
  return Array.from({ length: rounds }, (_, round) => {
    const start = round % Math.max(1, contestants.length);
    const turned = [...contestants.slice(start), ...contestants.slice(0, start)];
    return round % 2 === 0 ? turned : turned.reverse();
  });
}
