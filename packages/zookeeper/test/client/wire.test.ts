import { wireTests } from '@ndsr/client-tests';
import { createZooKeeperClient } from '../../src/index.js';

wireTests(createZooKeeperClient);
