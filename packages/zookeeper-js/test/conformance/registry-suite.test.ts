import { realRegistrySuite } from './real/real-suites.js';

realRegistrySuite('recursive watches');
