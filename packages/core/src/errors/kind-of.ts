/**
 * Describes `value` for a message: numbers, booleans, null and undefined as they are, everything else by its type,
 * since it may be a secret.
 */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return `${value}`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
