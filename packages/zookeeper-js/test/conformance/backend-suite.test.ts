import { realBackendSuite } from './real/real-suites.js';

realBackendSuite('recursive watches');
