const refusal: PropertyDescriptor = {
  value: () => {
    throw new TypeError('This map is read-only');
  },
};

/**
 * A map that refuses to be changed. It is a plain `Map` with three properties of its own, and no subclass, because tests of
 * users compare it with a `Map`, and `assert.deepStrictEqual` also compares the prototypes.
 */
export function readOnlyMap<Key, Value>(entries: readonly (readonly [Key, Value])[]): ReadonlyMap<Key, Value> {
  const map = new Map(entries);
  Object.defineProperty(map, 'set', refusal);
  Object.defineProperty(map, 'delete', refusal);
  Object.defineProperty(map, 'clear', refusal);
  return Object.freeze(map);
}
