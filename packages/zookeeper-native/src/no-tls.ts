import { UnsupportedError } from '@ndsr/core/backend';

export const nativeHasNoTls =
  'zookeeper-native has no TLS: the addon is built around a C client without it. Use @ndsr/zookeeper-js, which has it (zookeeper-js+tls://), or a TLS tunnel beside the process, such as stunnel';

/** @throws {UnsupportedError} if TLS is requested: the registry must not fall back to an unencrypted connection */
export function rejectNativeTls(tls: unknown): void {
  if (tls !== undefined && tls !== false) throw new UnsupportedError(nativeHasNoTls);
}
