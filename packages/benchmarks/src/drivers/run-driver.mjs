// A contestant: does what it is told, one JSON line each, and says how long it took. Ends when its input does.
import { createInterface } from 'node:readline';
import { createPlayer } from './create-player.mjs';

/** @typedef {{ id: number, do: string, args: object }} Request */

const [, , contestant = ''] = process.argv;
const player = await createPlayer(contestant);

createInterface({ input: process.stdin })
  .on('line', (line) => void answer(JSON.parse(line)))
  .on('close', () => process.exit(0));

/** @param {Request} request */
async function answer({ id, do: command, args }) {
  try {
    const method = /** @type {Record<string, (args: object) => unknown>} */ (/** @type {unknown} */ (player))[command];
    if (method === undefined) throw new Error(`${contestant} does not know how to '${command}'`);
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    const result = await method.call(player, args);
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
