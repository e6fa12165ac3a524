import { UnsupportedError } from '@ndsr/core/backend';

export const noTls =
  'zookeeper-native has no TLS: the addon is built around a C client without it. Use @ndsr/zookeeper-js, which has it (zookeeper-js+tls://), or a TLS tunnel beside the process, such as stunnel';

/** Whoever asks for TLS and would not get it must not go on without. */
export function refuseTls(tls: unknown): void {
  if (tls !== undefined && tls !== false) throw new UnsupportedError(noTls);
}
