import { nameTests } from '@ndsr/client-tests';
import { createZooKeeperClient } from '../../src/index.js';

nameTests(createZooKeeperClient);
