import { type Clock, systemClock } from '@ndsr/core/backend';
import type { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { Harm } from '../sites/site.js';
import { byItself, type Fault } from './fault.js';

const blockedMs = 1_700;
const jumpMs = 3_600_000;

/** What befalls the process of the registries. */
export const processFaults: readonly Fault[] = [
  {
    name: 'event loop blocked for longer than the session timeout',
    timeoutMs: 1_000,
    lastsMs: 0,
    memory: blocked,
    zookeeper: () => ({ servers: 1, prepare: async (server) => direct(server, blocked()) }),
  },
  {
    name: 'clock jump',
    timeoutMs: 1_500,
    lastsMs: 600,
    memory: jumpingClock,
    zookeeper: () => ({ servers: 1, prepare: async (server) => direct(server, jumpingClock()) }),
  },
];

/** No proxy of this process may be in between: it would stand still too. */
function direct(server: ZooKeeperServer, harm: Harm) {
  return { ...harm, servers: server.address };
}

function blocked(): Harm {
  return {
    serversAnswer: true,
    async inject() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs);
    },
    heal: byItself,
  };
}

/** The time of day is an hour later from one moment to the next, as after the process was frozen; then it is put right. */
function jumpingClock(): Harm {
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, date: () => new Date(Date.now() + aheadMs) };
  return {
    options: { clock },
    serversAnswer: true,
    async inject() {
      aheadMs = jumpMs;
    },
    async heal() {
      aheadMs = 0;
    },
  };
}
