import { failureTable, quote } from '@ndsr/conformance/failure-table';
import {
  type ElectionOptions,
  type Leadership,
  LeadershipLostError,
  type LeaderWork,
  type LeadOptions,
  ReadOnlyError,
  type RegistryElection,
} from '@ndsr/core';
import { MemoryServiceRegistry } from '@ndsr/memory';
import { wireDamage } from './damaged-locks.js';
import type { DamagedRegistry } from './damaged-registries.js';

type Lead = <T>(work: LeaderWork<T>, options?: LeadOptions) => Promise<T>;

/** Returns elections whose `lead`, or another member, is replaced. */
function electionDamage(damage: (sound: RegistryElection, lead: Lead) => object): typeof MemoryServiceRegistry {
  return class extends MemoryServiceRegistry {
    override getElection(path: string, options?: ElectionOptions): RegistryElection {
      const sound = super.getElection(path, options);
      const members = damage(sound, sound.lead.bind(sound));
      return new Proxy(sound, {
        get(target, name) {
          if (Object.hasOwn(members, name)) return Reflect.get(members, name);
          const value = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    }
  };
}

const oneAtATime = 'of several candidates one leads at a time, in the order of arrival, each until its work has ended';
const never = new AbortController().signal;

/** Elections that break one promise each. */
export const damagedElections: Readonly<Record<string, DamagedRegistry>> = {
  'makes everyone leader': {
    Registry: wireDamage((sound) => ({
      read: async (path, options) => {
        const node = await sound.read(path, options);
        return path === '/elections/one' && options.children === 'names'
          ? { ...node, children: new Map([...node.children].slice(-1)) }
          : node;
      },
    })),
    caughtBy: { [oneAtATime]: /./ },
  },
  'leaves its place behind': {
    Registry: wireDamage((sound) => ({
      remove: async (path, version) => {
        if (!path.includes('/elections/one/')) await sound.remove(path, version);
      },
    })),
    caughtBy: {
      'lead resolves with the result of work that is not async, and leaves nothing behind': /./,
      'abort ends the wait for leadership with its reason, and leaves nothing behind': /./,
    },
  },
  'does not notify work that leadership is lost': {
    Registry: electionDamage((_, lead) => ({
      lead: <T>(work: LeaderWork<T>, options?: LeadOptions) => lead<T>((_signal, term) => work(never, term), options),
    })),
    caughtBy: {
      [quote(failureTable.leadershipLost, 'stop')]: /in vain: the leader is notified/,
      [quote(failureTable.leadershipLost, 'the end of the session')]: /in vain: the leader is notified/,
      'abort of a leader notifies its work, which leads on until it has ended, and decides the result of lead': /./,
    },
  },
  'reports success although leadership was lost': {
    Registry: electionDamage((_, lead) => ({
      lead: async <T>(work: LeaderWork<T>, options?: LeadOptions) => {
        let value: T | undefined;
        try {
          return await lead(async (...given: [AbortSignal, Leadership]) => {
            value = await work(...given);
          }, options).then(() => value);
        } catch (error) {
          if (error instanceof LeadershipLostError) return value;
          throw error;
        }
      },
    })),
    caughtBy: { [quote(failureTable.leadershipLost, 'stop')]: /expected a rejection with LeadershipLostError/ },
  },
  'does not wait for the end of work that was asked to end': {
    Registry: electionDamage((_, lead) => ({
      lead: <T>(work: LeaderWork<T>, options?: LeadOptions) =>
        lead<T>(
          (signal, term) =>
            Promise.race([
              work(signal, term),
              new Promise<never>((_resolve, reject) => {
                signal.addEventListener('abort', () => reject(signal.reason));
              }),
            ]),
          options,
        ),
    })),
    caughtBy: {
      [quote(failureTable.leadershipLost, 'requeue')]: /not twice at the same time/,
      'abort of a leader notifies its work, which leads on until it has ended, and decides the result of lead': /./,
    },
  },
  'does not become a candidate again': {
    Registry: electionDamage((_, lead) => ({
      lead: <T>(work: LeaderWork<T>, { signal }: LeadOptions = {}) => lead(work, { signal }),
    })),
    caughtBy: {
      [quote(failureTable.leadershipLost, 'requeue')]: /./,
      'with requeue a candidate waits for a connection, through an outage and a lost session': /./,
    },
  },
  'always becomes a candidate again': {
    Registry: electionDamage((_, lead) => ({
      lead: <T>(work: LeaderWork<T>, options?: LeadOptions) => lead(work, { ...options, requeue: true }),
    })),
    caughtBy: {
      [quote(failureTable.leadershipLost, 'deletion by another client')]: /./,
      [quote(failureTable.disconnected, 'lead, leader and contenders')]: /in vain: lead/,
    },
  },
  'guarantees leadership while it is cut off': {
    Registry: electionDamage((_, lead) => ({
      lead: <T>(work: LeaderWork<T>, options?: LeadOptions) =>
        lead((signal, { fencingToken }) => work(signal, { fencingToken, status: true } as Leadership), options),
    })),
    caughtBy: { 'during an outage leadership is not guaranteed; it continues if the session survives': /./ },
  },
  'gives the same fencing token twice': {
    Registry: electionDamage((_, lead) => ({
      lead: <T>(work: LeaderWork<T>, options?: LeadOptions) =>
        lead((signal) => work(signal, { fencingToken: 7n, status: true } as Leadership), options),
    })),
    caughtBy: { 'fencing tokens grow with every leader, regardless of the client': /7/ },
  },
  'names the candidate that came last': {
    Registry: electionDamage((election) => ({ leader: async () => (await election.contenders()).at(-1) })),
    caughtBy: { 'leader is the name of the leader, and contenders are all names in their order': /./ },
  },
  'yields every candidate to a loop': {
    Registry: electionDamage((election) => ({
      watch: async function* () {
        for (let last: number | undefined; ; ) {
          const names = await election.contenders();
          if (names.length === last) await new Promise((resolve) => setTimeout(resolve, 5));
          else yield names[0];
          last = names.length;
        }
      },
    })),
    caughtBy: { 'a loop over the leaders yields the present one, and each that follows, until stop': /./ },
  },
  'accepts candidates although it is read-only': {
    Registry: electionDamage((_, lead) => ({
      lead: async <T>(work: LeaderWork<T>, options?: LeadOptions) => {
        try {
          return await lead(work, options);
        } catch (error) {
          if (error instanceof ReadOnlyError) return undefined;
          throw error;
        }
      },
    })),
    caughtBy: { [quote(failureTable.readOnly, 'lead')]: /expected a rejection with ReadOnlyError/ },
  },
};
