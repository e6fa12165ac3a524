/**
 * Freezes JSON data recursively and returns it.
 * Written as a loop: data of another client may be nested deeper than the stack.
 */
export function deepFreeze<T extends object>(root: T): T {
  const open: object[] = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    Object.freeze(next);
    for (const value of Object.values(next)) {
      if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return root;
}
