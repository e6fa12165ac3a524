import type { TlsOptions } from '../../../src/index.js';
import type { Dial } from '../../../src/library/line.js';
import { dialPlain } from '../../../src/library/plain-line.js';
import { tlsDial } from '../../../src/tls/tls-line.js';
import { TlsSettings } from '../../../src/tls/tls-settings.js';

/** How a registry with these options connects. */
export function dialWith(tls: TlsOptions | undefined): Dial {
  const settings = TlsSettings.from('fixture', tls);
  return settings === undefined ? dialPlain : tlsDial(settings);
}
