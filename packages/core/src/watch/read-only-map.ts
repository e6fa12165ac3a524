/** A map that refuses to be changed. To users it is a `Map`: in `console.log`, in `structuredClone` and when compared. */
export class ReadOnlyMap<Key, Value> extends Map<Key, Value> {
  constructor(entries: readonly (readonly [Key, Value])[]) {
    super();
    for (const [key, value] of entries) super.set(key, value);
    Object.freeze(this);
  }

  /** @throws {TypeError} always */
  override set(): never {
    throw new TypeError('This map is read-only');
  }

  /** @throws {TypeError} always */
  override delete(): never {
    throw new TypeError('This map is read-only');
  }

  /** @throws {TypeError} always */
  override clear(): never {
    throw new TypeError('This map is read-only');
  }
}

Object.defineProperty(ReadOnlyMap.prototype, 'constructor', { value: Map });
