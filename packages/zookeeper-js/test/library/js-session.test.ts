import { sessionTests } from '@ndsr/client-tests';
import { createZooKeeperJsClient } from '../../src/zookeeper-js-client.js';

sessionTests(createZooKeeperJsClient);
