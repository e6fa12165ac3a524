/**
 * Returns Node's `crypto`, loaded at the first call: it is a sixth of what the import of this package costs, and most programs never
 * need it.
 */
export function lazyCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
