// One process of the soak: a registry that is kept busy, and an honest report of what it wants and sees.
// Started by packages/chaos/soak; speaks JSON lines with it, as soak/protocol.mjs says.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../soak/random.mjs';
import { Activity } from './activity.mjs';
import { Audience } from './audience.mjs';
import { Calls } from './calls.mjs';
import { Churn } from './churn.mjs';
import { openWorkerRegistry } from './open-worker-registry.mjs';
import { measure } from './resources.mjs';
import { Wishes } from './wishes.mjs';

/** @import { Command, WorkerSettings } from '../../soak/protocol.mjs' */

/** @type {WorkerSettings} */
const settings = JSON.parse(process.argv[2] ?? '');
const random = new Random(settings.seed);
const activity = new Activity((line) => process.stderr.write(`${line}\n`));
activity.watchProcess();
const registry = openWorkerRegistry(settings, activity);
const calls = new Calls(activity, settings.timeoutMs);
const audience = new Audience(registry, activity);
const wishes = new Wishes(registry, calls, settings);
const churn = new Churn({ registry, calls, audience, wishes, activity, random, settings });

/** @type {{ [Name in Command['command']]: (command: Extract<Command, { command: Name }>) => Promise<unknown> }} */
const commands = {
  churn: async ({ paceMs }) => churn.start(paceMs),
  settle: async () => churn.settle(),
  report: async () => ({
    pid: process.pid,
    ...activity.report(registry.phase),
    ...wishes.report(),
    ...audience.report(),
    pending: calls.pending(),
    resources: measure(),
  }),
  block: async ({ forMs }) => {
    const until = performance.now() + forMs;
    while (performance.now() < until);
  },
  leave: async () => {
    churn.end();
    await registry.stop();
    // After the answer has gone out.
    void sleep(10).then(() => process.exit(0));
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  /** @type {Command} */
  const command = JSON.parse(line);
  const perform = /** @type {(command: Command) => Promise<unknown>} */ (commands[command.command]);
  const answer = await perform(command).catch((error) => activity.trouble(`${command.command}: ${error}`));
  say({ id: command.id, answer: answer ?? null });
});

// The coordinator is gone: nothing here may outlive it. Ctrl-C is the coordinator's to hear.
process.stdin.once('end', () => process.exit(1));
process.on('SIGINT', () => undefined);
say({ ready: true });

/** @param {object} message */
function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
