import assert from 'node:assert/strict';
import { InvalidArgumentError, InvalidPathError, NoConnectionError, ReadOnlyError, StoppedError } from '@ndsr/core';
import { rejectsWith } from '../support/rejection.js';
import { electionPath, leadOnce } from './election-scene.js';
import { failureTable, quote } from './failure-table.js';
import type { RegistryCase } from './registry-case.js';

/** The calls of an election in each phase of the registry, and the calls that are refused. */
export const electionCallCases: readonly RegistryCase[] = [
  {
    name: quote(failureTable.badArgument, 'elections'),
    async run(scene) {
      const registry = scene.registry();
      assert.throws(() => registry.getElection('/'), InvalidPathError);
      assert.throws(() => registry.getElection('no/slash'), InvalidPathError);
      const wrong = { nmae: 'me' } as object;
      assert.throws(() => registry.getElection('/a', wrong), /unknown option 'nmae'; did you mean 'name'/);
      assert.throws(() => registry.getElection('/a', { name: 5 } as object), InvalidArgumentError);
      registry.getElection('/a', { name: 'é'.repeat(512) });
      assert.throws(() => registry.getElection('/a', { name: 'é'.repeat(513) }), /'name'.*1,024 bytes/);
      const election = registry.getElection('/a');
      await rejectsWith(InvalidArgumentError, election.lead(undefined as never));
      await rejectsWith(
        InvalidArgumentError,
        election.lead(() => 1, { requeue: 'yes' } as object),
      );
      await rejectsWith(
        InvalidArgumentError,
        election.lead(() => 1, { waitMs: 5 } as object),
      );
      assert.equal(registry.phase, 'idle');
    },
  },
  {
    name: 'lead of an idle registry starts it',
    async run(scene) {
      const registry = scene.registry();
      assert.equal(await scene.within('lead', leadOnce(registry)), 'led');
      assert.equal(registry.phase, 'connected');
    },
  },
  {
    name: 'lead after stop is refused with StoppedError, until start',
    async run(scene) {
      const registry = await scene.started();
      await registry.stop();
      await rejectsWith(StoppedError, scene.within('lead', leadOnce(registry)));
      await registry.start();
      assert.equal(await scene.within('lead', leadOnce(registry)), 'led');
    },
  },
  {
    name: quote(failureTable.readOnly, 'lead'),
    async run(scene) {
      const [idle, started] = [scene.registry({ readOnly: true }), await scene.started({ readOnly: true })];
      await rejectsWith(ReadOnlyError, scene.within('lead', leadOnce(idle)), electionPath);
      assert.equal(idle.phase, 'idle');
      await rejectsWith(ReadOnlyError, scene.within('lead', leadOnce(started)), electionPath);
      assert.equal((await (await scene.otherClient()).read('/elections')).stat, null);
    },
  },
  {
    name: quote(failureTable.disconnected, 'lead, leader and contenders'),
    needs: 'faults',
    async run(scene) {
      const registries = [await scene.started(), await scene.started({ offline: 'defer' })];
      await scene.goDown(...registries);
      for (const registry of registries) {
        const election = registry.getElection(electionPath);
        await rejectsWith(NoConnectionError, scene.within('lead', leadOnce(registry)), electionPath);
        await rejectsWith(NoConnectionError, scene.within('leader', election.leader()));
        await rejectsWith(NoConnectionError, scene.within('contenders', election.contenders()));
      }
      await scene.comeBack(...registries);
      await scene.quiet();
      assert.equal((await (await scene.otherClient()).read(electionPath)).stat, null);
    },
  },
];
