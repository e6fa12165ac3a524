// A worker process of the soak: it keeps a registry busy and reports its desired state and its views.
// Started by environment/worker-process.mjs; the messages are JSON lines, see protocol.mjs.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../random.mjs';
import { Activity } from './activity.mjs';
import { Calls } from './calls.mjs';
import { DesiredState } from './desired-state.mjs';
import { openWorkerRegistry } from './open-worker-registry.mjs';
import { measure } from './resources.mjs';
import { Subscribers } from './subscribers.mjs';
import { Workload } from './workload.mjs';

/** @import { Command, WorkerSettings } from './protocol.mjs' */

/** @type {WorkerSettings} */
const settings = JSON.parse(process.argv[2] ?? '');
const random = new Random(settings.seed);
const activity = new Activity((line) => process.stderr.write(`${line}\n`));
activity.watchProcess();
const registry = openWorkerRegistry(settings, activity);
const calls = new Calls(activity, settings.timeoutMs);
const subscribers = new Subscribers(registry, activity);
const desiredState = new DesiredState(registry, calls, settings);
const workload = new Workload({ registry, calls, subscribers, desiredState, activity, random, settings });

/** @type {{ [Name in Command['command']]: (command: Extract<Command, { command: Name }>) => Promise<unknown> }} */
const commands = {
  'start-workload': async ({ paceMs }) => workload.start(paceMs),
  'stop-workload': async () => workload.stop(),
  report: async () => ({
    pid: process.pid,
    ...activity.report(registry.phase),
    ...desiredState.report(),
    ...subscribers.report(),
    pending: calls.pending(),
    resources: measure(),
  }),
  block: async ({ forMs }) => {
    const until = performance.now() + forMs;
    while (performance.now() < until);
  },
  'shut-down': async () => {
    workload.end();
    await registry.stop();
    // After the answer has been written.
    void sleep(10).then(() => process.exit(0));
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  /** @type {Command} */
  const command = JSON.parse(line);
  const perform = /** @type {(command: Command) => Promise<unknown>} */ (commands[command.command]);
  const answer = await perform(command).catch((error) => activity.reportViolation(`${command.command}: ${error}`));
  say({ id: command.id, answer: answer ?? null });
});

// The coordinator has exited: end too. Ctrl-C is for the coordinator.
process.stdin.once('end', () => process.exit(1));
process.on('SIGINT', () => undefined);
say({ ready: true });

/** @param {object} message */
function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
