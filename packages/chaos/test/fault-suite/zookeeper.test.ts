import { faults } from '../../src/faults/faults.js';
import { faultSuite } from './fault-suite.js';

faultSuite('zookeeper', faults);
