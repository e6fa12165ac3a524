import type { RegistryOptions } from '@ndsr/core';
import type { BackendDescriptor } from '@ndsr/core/backend';
import { type ZooKeeperRegistryOptions, ZooKeeperServiceRegistry } from './zookeeper-service-registry.js';

/**
 * Chooses this backend by configuration: `zookeeper://zk1:2181,[::1]:2182/chroot`, and over TLS
 * `zookeeper+tls://zk1:2281?caFile=/etc/zookeeper/ca.pem`.
 */
export const backend: BackendDescriptor = {
  name: 'zookeeper',
  urlOptions: { recursiveWatches: 'boolean', maxReplyBytes: 'number' },
  tls: {
    urlOptions: {
      caFile: 'text',
      certFile: 'text',
      keyFile: 'text',
      pfxFile: 'text',
      passphrase: 'text',
      passphraseFile: 'text',
      servername: 'text',
      minVersion: 'text',
      maxVersion: 'text',
    },
  },
  fromLocation: (location) => ({ servers: location }),
  open: (options: RegistryOptions) => new ZooKeeperServiceRegistry(options as ZooKeeperRegistryOptions),
};
