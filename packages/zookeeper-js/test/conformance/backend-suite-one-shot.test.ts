import { realBackendSuite } from './real/real-suites.js';

realBackendSuite('one-shot watches');
