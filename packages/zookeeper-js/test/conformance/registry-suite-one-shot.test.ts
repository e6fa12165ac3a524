import { realRegistrySuite } from './real-suites.js';

realRegistrySuite('one-shot watches');
