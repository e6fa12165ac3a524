import { realBackendSuite } from './real-suites.js';

realBackendSuite('recursive watches');
