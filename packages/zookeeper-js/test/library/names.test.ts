import { nameTests } from '@ndsr/client-tests';
import { createZooKeeperJsClient } from '../../src/zookeeper-js-client.js';

nameTests(createZooKeeperJsClient);
