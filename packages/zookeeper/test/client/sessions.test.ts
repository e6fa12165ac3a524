import { sessionTests } from '@ndsr/client-tests';
import { createZooKeeperClient } from '../../src/index.js';

sessionTests(createZooKeeperClient);
