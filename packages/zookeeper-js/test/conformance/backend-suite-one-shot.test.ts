import { realBackendSuite } from './real-suites.js';

realBackendSuite('one-shot watches');
