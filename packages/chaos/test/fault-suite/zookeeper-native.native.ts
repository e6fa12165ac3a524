import { faults } from '../../src/faults/faults.js';
import { faultSuite } from './fault-suite.js';

/**
 * Not part of `npm test`, only of runs with `NDSR_NATIVE_FAULTS=1`: with 66 registries over the C client in one process, all of
 * which lose their connection at once, libuv still ends the process sooner or later, and every test with it. See
 * docs/decisions/0009. It is to come back as soon as a run comes to its end.
 */
faultSuite('zookeeper-native', faults);
