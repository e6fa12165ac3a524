import { findAbsent, tidyUp } from './caretaker.mjs';
import { breathe, closing, headline, line, step } from './narrator.mjs';
import { ServiceWatcher } from './service-watcher.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { Cable, Place } from './place.mjs' */

const service = '/production/ssh';
const config = '/config/my_app';

/**
 * The whole demonstration. Every registry here could be in a process of its own, on a machine of its own.
 *
 * @param {Place} place
 */
export async function tellStory(place) {
  headline(`NDSR, a service registry for Node.js, ${place.label}`);
  const caretaker = place.open();
  const absent = await findAbsent(caretaker, [config, service]);

  const observer = place.open();
  const watcher = new ServiceWatcher(service);
  await watcher.watch(observer);
  const server1 = place.open();
  const server2 = place.open();
  const server3 = await place.openWithCable();

  await serversRegister(watcher, server1, server2, server3.registry);
  await dataChange(watcher, server2);
  await oneLeaves(watcher, server1);
  await oneLosesItsSession(watcher, server3);
  await configurationChanges(observer, server2);
  await allGoHome(watcher, server2, server3.registry);

  await tidyUp(caretaker, absent);
  closing(`Done. The watcher asked once and was told of ${watcher.changes} changes.`);
}

/**
 * @param {ServiceWatcher} watcher
 * @param {ServiceRegistry} server1
 * @param {ServiceRegistry} server2
 * @param {ServiceRegistry} server3
 */
async function serversRegister(watcher, server1, server2, server3) {
  step(`Three servers register under ${service}`, 'An ephemeral node each: it is there for as long as its process.');
  line('server1', `setNode('${service}/server1:22', { rack: 'a1' })`);
  await server1.setNode(`${service}/server1:22`, { rack: 'a1' });
  line('server2', `setNode('${service}/server2:22', { rack: 'b7' })`);
  await server2.setNode(`${service}/server2:22`, { rack: 'b7' });
  line('server3', `setNode('${service}/server3:22', { rack: 'c3' })`);
  await server3.setNode(`${service}/server3:22`, { rack: 'c3' });
  await watcher.sees('server3:22', ({ rack }) => rack === 'c3');
}
