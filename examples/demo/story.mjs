import { findAbsent, tidyUp } from './caretaker.mjs';
import { closing, headline, line, step } from './narrator.mjs';
import { Server } from './server.mjs';
import { ServiceWatcher } from './service-watcher.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { Cable, Place } from './place.mjs' */

const service = '/production/ssh';
const config = '/config/my_app';

/**
 * The whole demonstration. Each registry in it could be in a process of its own, on a machine of its own.
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

  await step('Somebody watches', `One call, and it is told of every change of ${service} from then on.`);
  await watcher.watch(observer);

  await step('Three servers register', 'An ephemeral node each: it is there for as long as its process is.');
  await server1.register({ rack: 'a1' });
  await server2.register({ rack: 'b7' });
  await server3.register({ rack: 'c3' });
  await watcher.sees('three servers', (children) => Object.keys(children).length === 3);

  await step('Data changes', 'The same call with other data. With the same data it would write nothing.');
  await server2.register({ rack: 'b7', draining: true });
  await watcher.sees('the new data', (children) => children['server2:22']?.draining === true);

  await step('A server leaves politely', 'It ends its session, and its node goes at once.');
  await server1.stop();
  await watcher.sees('server1 leave', (children) => !('server1:22' in children));

  await step('A server is cut off', 'Its session ends, its node goes. Once it is back, it registers again by itself.');
  await cutOff(cable, watcher);

  await step('Configuration changes', 'A persistent node: it stays when its writer leaves.');
  await configure(place.open(), observer);

  await step('All go home', 'Nothing stays behind.');
  await server2.stop();
  await server3.stop();
  await watcher.sees('nobody', (children) => Object.keys(children).length === 0);
  await tidyUp(caretaker, absent);
  await closing(`Done. The watcher asked once, and was told of ${watcher.changes} changes.`);
}

/**
 * @param {Cable} cable
 * @param {ServiceWatcher} watcher
 */
async function cutOff(cable, watcher) {
  // Both at once: in memory it is back before `unplug` returns.
  await Promise.all([cable.unplug(), watcher.sees('server3 leave', (children) => !('server3:22' in children))]);
  await cable.plugIn();
  await watcher.sees('server3 come back', (children) => 'server3:22' in children);
}

/**
 * @param {ServiceRegistry} admin
 * @param {ServiceRegistry} app
 */
async function configure(admin, app) {
  const states = ['enabled', 'disabled'];
  // The other way to watch: a loop. It gets the present value first, then the latest after each change.
  for await (const { data } of app.watch(config)) {
    line('my_app', `sees ${JSON.stringify(data)}`);
    const state = states.shift();
    if (state === undefined) return;
    line('admin', `setData('${config}', { state: '${state}' })`);
    await admin.setData(config, { state });
  }
}
