import { closingTests } from '@ndsr/client-tests';
import { createZooKeeperJsClient } from '../../src/zookeeper-js-client.js';

closingTests(createZooKeeperJsClient);
