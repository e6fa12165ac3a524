import { type Clock, systemClock } from '@ndsr/core/backend';
import type { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import type { FaultInjector } from '../environment/environment.js';
import { type Fault, nothingToHeal } from './fault.js';

const blockedMs = 1_700;
const jumpMs = 3_600_000;

/** Faults of the process that the registries run in. */
export const processFaults: readonly Fault[] = [
  {
    name: 'event loop blocked for longer than the session timeout',
    timeoutMs: 1_000,
    durationMs: 0,
    memory: blocked,
    zookeeper: () => ({ servers: 1, prepare: async (server) => direct(server, blocked()) }),
  },
  {
    name: 'clock jump',
    timeoutMs: 1_500,
    durationMs: 600,
    memory: jumpingClock,
    zookeeper: () => ({ servers: 1, prepare: async (server) => direct(server, jumpingClock()) }),
  },
];

/** Without a proxy, which runs in this process and would be blocked too. */
function direct(server: ZooKeeperServer, injector: FaultInjector) {
  return { ...injector, servers: server.address };
}

function blocked(): FaultInjector {
  return {
    serversAnswer: true,
    async inject() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs);
    },
    heal: nothingToHeal,
  };
}

/** The wall clock jumps one hour ahead, as after a frozen process, and back when healed. */
function jumpingClock(): FaultInjector {
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
