import { rmSync, writeFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Tree } from '../src/tree.js';
import { TreeStore } from '../src/tree-store.js';
import { openFolder } from './support/open-folder.js';

const step = (draft: Tree): void => {
  draft.zxid += 1;
};

test('a change that changes nothing leaves no file', async () => {
  const folder = await openFolder();
  await new TreeStore(folder).transact('draft', () => undefined);
  expect(await readdir(folder)).toEqual([]);
});

test('changes at the same time are carried out one after the other', async () => {
  const folder = await openFolder();
  const stores = [1, 2, 3, 4].map(() => new TreeStore(folder));
  const runs = stores.map(async (store, i) => {
    for (let left = 25; left > 0; left -= 1) await store.transact(`draft-${i}`, step);
  });
  await Promise.all(runs);
  const tree = await new TreeStore(folder).transact('draft', () => undefined);
  expect(tree.zxid).toBe(100);
});

test('old trees and drafts are cleaned up', async () => {
  const folder = await openFolder();
  const store = new TreeStore(folder);
  for (let number = 1; number <= 120; number += 1) await store.transact('draft', step);
  const files = await readdir(folder);
  expect(files).toHaveLength(100);
  expect(files).toContain('tree-120.json');
});

test('a commit that slept until its number was free again does not count', async () => {
  const folder = await openFolder();
  const store = new TreeStore(folder);
  await store.transact('draft', step);
  const late = store.transact('draft', (draft) => {
    // Between the read and the commit other processes write two hundred trees, and clean up.
    rmSync(join(folder, 'tree-1.json'));
    writeFileSync(join(folder, 'tree-201.json'), '{"zxid":201,"sessions":[],"nodes":[]}');
    draft.zxid += 1;
  });
  await expect(late).rejects.toThrow(/came too late/);
  expect((await store.transact('draft', () => undefined)).zxid).toBe(201);
});

test('a draft that a dead process left does no harm', async () => {
  const folder = await openFolder();
  await writeFile(join(folder, 'draft'), '{"zxid":');
  expect((await new TreeStore(folder).transact('draft', step)).zxid).toBe(1);
});

test('a folder that was emptied is not taken for the one that was known', async () => {
  const folder = await openFolder();
  const store = new TreeStore(folder);
  await store.transact('draft', step);
  await rm(join(folder, 'tree-1.json'));
  await expect(store.transact('draft', step)).rejects.toThrow(/went back from tree 1 to tree 0/);
  expect((await store.transact('draft', step)).zxid).toBe(1);
});
