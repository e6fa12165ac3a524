// What a service registry is for, in one minute.
//
//   npm run demo                                       in memory
//   npm run demo -- zookeeper-js://127.0.0.1:2181      on a ZooKeeper
import { NoConnectionError } from '@ndsr/core';
import { breathe, closing, headline, line, step } from './narrator.mjs';
import { ServiceWatcher } from './service-watcher.mjs';
import { leaveNoTrace, pathsNotThere } from './tidy.mjs';
import { parseTarget, UnknownTargetError } from './target.mjs';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { Cable, Place } from './place.mjs' */

const service = '/production/ssh';
const config = '/config/my_app';

/** @param {Place} place */
async function tell(place) {
  headline(`NDSR, a service registry for Node.js: a demonstration ${place.label}`);
  const observer = place.open();
  const absent = await pathsNotThere(observer, [config, service]);
  const watcher = new ServiceWatcher(service);
  await watcher.watch(observer);

  const [server1, server2, server3] = [place.open(), place.open(), await place.openWithCable()];
  await servicesRegister(watcher, server1, server2, server3.registry);
  await dataChanges(watcher, server2);
  await oneLeavesPolitely(watcher, server1);
  await oneLosesItsSession(watcher, server3);
  await configurationChanges(observer, server2);

  await place.close();
  closing(`Done: the watcher saw ${watcher.changes} changes of ${service}, each once, without asking again.`);
}

/**
 * @param {ServiceWatcher} watcher
 * @param {ServiceRegistry} server1
 * @param {ServiceRegistry} server2
 * @param {ServiceRegistry} server3
 */
async function servicesRegister(watcher, server1, server2, server3) {
  step(
    `Three servers register under ${service}`,
    'Each makes an ephemeral node: it is there for as long as its process is.',
  );
  await register('server1', server1, { rack: 'a1' });
  await register('server2', server2, { rack: 'b7' });
  await register('server3', server3, { rack: 'c3' });
  for (const name of ['server1:22', 'server2:22', 'server3:22']) await watcher.sawArrival(name);
}
