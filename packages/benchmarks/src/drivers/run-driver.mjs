// The process of a driver: reads commands as JSON lines, and answers with results and durations. Exits at the end of its input.
import { createInterface } from 'node:readline';
import { createDriver } from './create-driver.mjs';

/** @typedef {{ id: number, do: string, args: object }} Request */

const [, , subject = ''] = process.argv;
const driver = await createDriver(subject);

createInterface({ input: process.stdin })
  .on('line', (line) => void answer(JSON.parse(line)))
  .on('close', () => process.exit(0));

/** @param {Request} request */
async function answer({ id, do: command, args }) {
  try {
    const method = /** @type {Record<string, (args: object) => unknown>} */ (/** @type {unknown} */ (driver))[command];
    if (method === undefined) throw new Error(`${subject} has no command '${command}'`);
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    const result = await method.call(driver, args);
    const elapsedMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    say({ id, result, elapsedMs, cpuMs: (user + system) / 1_000 });
  } catch (error) {
    say({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** @param {object} message */
function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
