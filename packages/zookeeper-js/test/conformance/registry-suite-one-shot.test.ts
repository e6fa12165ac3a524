import { realRegistrySuite } from './real/real-suites.js';

realRegistrySuite('one-shot watches');
