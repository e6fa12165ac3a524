// Runs under a lock, and reports to a monitor. Usage: worker.mjs PORT LASTS_MS [children]
// Ignores signals other than SIGKILL. With `children` it starts another instance of itself, which outlives it.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

const [port, lastsMs, children] = process.argv.slice(2);
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, () => undefined);
if (children !== undefined) {
  spawn(process.execPath, [fileURLToPath(import.meta.url), String(port), '60000'], { stdio: 'ignore' });
}
const socket = connect(Number(port), '127.0.0.1');
socket.on('error', () => process.exit(3));
socket.write(JSON.stringify({ pid: process.pid, token: process.env.NDSR_FENCING_TOKEN }));
setTimeout(() => process.exit(0), Number(lastsMs));
