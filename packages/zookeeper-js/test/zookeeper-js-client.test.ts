import { operationTests } from '@ndsr/client-tests';
import { createZooKeeperJsClient } from '../src/zookeeper-js-client.js';

operationTests(createZooKeeperJsClient);
