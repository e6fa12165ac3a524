// Starts a process that never ends by itself, freezes it, puts it under guard, and says which it is.
import { spawn } from 'node:child_process';
import { guardOrphan } from '../../../src/environment/orphan-guard.mjs';

const child = spawn('sleep', ['600'], { stdio: 'ignore' });
child.kill('SIGSTOP');
guardOrphan(child.pid ?? 0);
console.log(child.pid);
