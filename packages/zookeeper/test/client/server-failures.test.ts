import { serverFailureTests } from '@ndsr/client-tests';
import { createZooKeeperClient } from '../../src/index.js';

serverFailureTests(createZooKeeperClient);
