import { findAbsent, tidyUp } from './caretaker.mjs';
import { closing, headline, line, step } from './narrator.mjs';
import { Server } from './server.mjs';
import { ServiceWatcher } from './service-watcher.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { Cable, Place } from './place.mjs' */

const service = '/production/ssh';
const config = '/config/my_app';

/**
 * The whole demonstration. Each of its registries could run in its own process, on its own machine.
 *
 * @param {Place} place
 */
export async function tellStory(place) {
  headline(`NDSR, a service registry for Node.js: a demonstration ${place.label}`);
  const caretaker = place.open();
  const absent = await findAbsent(caretaker, [config, service]);

  const observer = place.open();
  const cable = await place.openWithCable();
  const watcher = new ServiceWatcher(service);
  const server1 = new Server('server1', `${service}/server1:22`, place.open());
  const server2 = new Server('server2', `${service}/server2:22`, place.open());
  const server3 = new Server('server3', `${service}/server3:22`, cable.registry);

  await step('A watcher', `One call, and from then on its callback receives every change of ${service}.`);
  await watcher.watch(observer);

  await step('Three servers register', 'Each creates an ephemeral node, which exists as long as its process.');
  await server1.register({ rack: 'a1' });
  await server2.register({ rack: 'b7' });
  await server3.register({ rack: 'c3' });
  await watcher.sees('three servers', (children) => Object.keys(children).length === 3);

  await step('Data changes', 'The same call with other data. With the same data nothing would be written.');
  await server2.register({ rack: 'b7', draining: true });
  await watcher.sees('the new data', (children) => children['server2:22']?.draining === true);

  await step('A server shuts down', 'It deregisters and closes its session: its node is removed at once.');
  await server1.stop();
  await watcher.sees('server1 removed', (children) => !('server1:22' in children));

  await step(
    'A server is cut off',
    'Its session expires and its node is removed. Once reconnected, it re-registers by itself.',
  );
  await cutOff(cable, watcher);

  await step('Configuration changes', 'A persistent node, which stays when its writer stops.');
  await configure(place.open(), observer);

  await step('Everything stops', 'No node is left behind.');
  await server2.stop();
  await server3.stop();
  await watcher.sees('no servers', (children) => Object.keys(children).length === 0);
  await tidyUp(caretaker, absent);
  await closing(`Done. The watcher made one call and received ${watcher.changes} changes.`);
}

/**
 * @param {Cable} cable
 * @param {ServiceWatcher} watcher
 */
async function cutOff(cable, watcher) {
  // Concurrently: in memory the server is connected again before `unplug` returns.
  await Promise.all([cable.unplug(), watcher.sees('server3 removed', (children) => !('server3:22' in children))]);
  await cable.plugIn();
  await watcher.sees('server3 registered again', (children) => 'server3:22' in children);
}

/**
 * @param {ServiceRegistry} admin
 * @param {ServiceRegistry} app
 */
async function configure(admin, app) {
  const states = ['enabled', 'disabled'];
  // Another way to watch: a loop. It receives the current value first, then the latest one after each change.
  for await (const { data } of app.watch(config)) {
    line('my_app', `sees ${JSON.stringify(data)}`);
    const state = states.shift();
    if (state === undefined) return;
    line('admin', `setData('${config}', { state: '${state}' })`);
    await admin.setData(config, { state });
  }
}
