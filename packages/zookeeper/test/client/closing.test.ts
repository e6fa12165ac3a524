import { closingTests } from '@ndsr/client-tests';
import { createZooKeeperClient } from '../../src/index.js';

closingTests(createZooKeeperClient);
