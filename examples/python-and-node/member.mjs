// A member of a mixed installation, in Node: registers, watches the members, and leads when it is its turn.
//   NDSR_URL=zookeeper-js://zk1:2181,zk2:2181 node member.mjs NAME
import { once } from 'node:events';
import { openRegistry } from '@ndsr/core';

const [name = 'node'] = process.argv.slice(2);
const leaving = new AbortController();
process.once('SIGTERM', () => leaving.abort());

const registry = await openRegistry();
await registry.setNode(`/fleet/members/${name}`, { language: 'node' });
await registry.get('/fleet/members', {
  callback({ children }) {
    const members = Object.entries(children).map(([member, data]) => `${member} (${data?.language})`);
    console.log(`sees ${members.join(', ')}`);
  },
});

/** @param {AbortSignal} signal aborted on shutdown, and on a lost leadership before another member can lead */
async function lead(signal) {
  console.log('leads');
  if (!signal.aborted) await once(signal, 'abort');
}

try {
  await registry.getElection('/fleet/leader', { name }).lead(lead, { signal: leaving.signal, requeue: true });
} catch (error) {
  if (!leaving.signal.aborted) throw error;
}
await registry.stop();
