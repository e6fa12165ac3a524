/** True if nothing within `root` can be changed. */
export function isDeepFrozen(root: unknown): boolean {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Object.isFrozen(value)) return false;
    for (const inner of Object.values(value)) if (typeof inner === 'object') open.push(inner);
  }
  return true;
}
