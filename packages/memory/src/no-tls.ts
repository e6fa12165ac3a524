import { UnsupportedError } from '@ndsr/core/backend';

export const noTlsReason =
  'memory has no TLS: nothing of it leaves the process. Leave it out here; on servers @ndsr/zookeeper-js has it (zookeeper-js+tls://)';

/** Throws if TLS is requested: a caller must not continue without the TLS that it expects. */
export function assertNoTls(tls: unknown): void {
  if (tls !== undefined && tls !== false) throw new UnsupportedError(noTlsReason);
}
