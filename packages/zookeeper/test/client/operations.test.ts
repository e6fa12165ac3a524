import { operationTests } from '@ndsr/client-tests';
import { createZooKeeperClient } from '../../src/index.js';

operationTests(createZooKeeperClient);
