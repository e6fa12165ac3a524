// The process between `ndsr` and the command that it runs; see src/guard/guard.ts. Not for users.
import { guardCommand } from '../dist/guard/guard.js';

guardCommand();
