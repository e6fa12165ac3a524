import { setImmediate as nextTurn } from 'node:timers/promises';
import { Credentials, digestId } from '@ndsr/core/backend';
import { errorNumbers, TamperedError } from '@ndsr/zookeeper-common';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connected } from '../support/recorder.js';
import { Intruder } from './intruder.js';

const onlyAnn = [{ scheme: 'digest', id: digestId('ann', 'secret'), permissions: 31 }];
const secret = new TextEncoder().encode('private');
/** Of each outcome. */
const enough = 5;
const mostRounds = 2_000;

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
});
afterAll(() => server.stop());

test('a quick intruder never reads the data, nor changes a node that was reported as created', async () => {
  const { client } = await connected([server]);
  client.authenticate(new Credentials('ann', 'secret'));
  await client.create('/race', null, 'persistent');
  const intruder = await Intruder.connect(server);
  const outcomes = { made: 0, tampered: 0 };
  for (let round = 0; round < mostRounds && Math.min(...Object.values(outcomes)) < enough; round += 1) {
    const path = `/race/node-${round}`;
    const made = client.create(path, secret, round % 2 === 0 ? 'ephemeral' : 'persistent', onlyAnn).then(
      () => 'made' as const,
      (error) => {
        expect(error).toBeInstanceOf(TamperedError);
        return 'tampered' as const;
      },
    );
    const outcome = await whileIntruding(made, intruder, path, round);
    outcomes[outcome] += 1;
    if (outcome === 'tampered') expect(await client.exists({ path, watch: false })).toBeNull();
    else await expectShut(intruder, path);
  }
  expect(Math.min(outcomes.made, outcomes.tampered), JSON.stringify(outcomes)).toBe(enough);
  expect(intruder.seen.filter((text) => text !== '')).toEqual([]);
}, 180_000);

/** The intruder tries a few times, a little earlier in one round than in another. */
async function whileIntruding<T>(made: Promise<T>, intruder: Intruder, path: string, round: number): Promise<T> {
  for (let turns = round % 12; turns > 0; turns -= 1) await nextTurn();
  const deeds: Promise<void>[] = [];
  for (let tries = 0; tries < 4; tries += 1) {
    deeds.push(intruder.read(path), intruder.claim(path));
    await nextTurn();
  }
  await Promise.all(deeds);
  return made;
}

async function expectShut(intruder: Intruder, path: string): Promise<void> {
  intruder.codes.length = 0;
  for (const deed of [intruder.read(path), intruder.write(path), intruder.claim(path)]) await deed;
  expect(intruder.codes).toEqual([errorNumbers.noAuth, errorNumbers.noAuth, errorNumbers.noAuth]);
}
