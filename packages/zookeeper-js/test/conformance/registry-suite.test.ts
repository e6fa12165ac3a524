import { realRegistrySuite } from './real-suites.js';

realRegistrySuite('recursive watches');
