// Loaded at the first call: both together take longer to load than this package, and without TLS nothing needs them.

/** Returns Node's `crypto`. */
export function lazyCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** Returns Node's `tls`. */
export function lazyTls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
