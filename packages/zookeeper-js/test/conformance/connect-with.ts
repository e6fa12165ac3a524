import { type Connect, connectTls, TlsSettings } from '@ndsr/zookeeper-common';
import type { TlsOptions } from '../../src/index.js';
import { connectWithoutTls } from '../../src/library/js-session.js';

/** The connect function of a registry with these options. */
export function connectWith(tls: TlsOptions | undefined): Connect {
  const settings = TlsSettings.from('fixture', tls);
  return settings === undefined ? connectWithoutTls : connectTls(settings);
}
