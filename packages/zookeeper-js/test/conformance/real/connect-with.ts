import type { TlsOptions } from '../../../src/index.js';
import { connectTcp } from '../../../src/library/tcp-transport.js';
import type { Connect } from '../../../src/library/transport.js';
import { TlsSettings } from '../../../src/tls/tls-settings.js';
import { connectTls } from '../../../src/tls/tls-transport.js';

/** How a registry with these options connects. */
export function connectWith(tls: TlsOptions | undefined): Connect {
  const settings = TlsSettings.from('fixture', tls);
  return settings === undefined ? connectTcp : connectTls(settings);
}
