import { describe, expect, it } from 'vitest';
import { check } from '../check-layers.mjs';

describe('check-layers', () => {
  const library = { file: 'src/library/calls.ts', text: "import type { Client } from 'node-zookeeper-client';" };
  const manifest = {
    name: '@ndsr/zookeeper-js',
    dependencies: { '@ndsr/zookeeper-common': '*' },
    peerDependencies: { '@ndsr/core': '*', 'node-zookeeper-client': '*' },
  };
  const js = { name: 'zookeeper-js', manifest };
  const core = { name: 'core', manifest: { name: '@ndsr/core' } };

  it.each([
    ['a lower layer', "import { ServiceRegistry } from '@ndsr/core/backend';"],
    ['Node and its own files', "import fs from 'node:fs';\nexport * from './library/other.js';"],
    ['nothing, and speaks of imports', "// import '@ndsr/memory'\nexport const text = \"import '@ndsr/memory'\";"],
  ])('has no objection to a file that imports %s', (_, text) => {
    expect(check(js, [{ file: 'src/index.ts', text }, library])).toEqual([]);
  });

  it.each([
    ["import { MemoryStore } from '@ndsr/memory';", 'may not import @ndsr/memory'],
    ["export { MemoryStore } from '@ndsr/memory';", 'may not import @ndsr/memory'],
    ["import type { MemoryStore } from '@ndsr/memory';", 'may not import @ndsr/memory'],
    ["type Store = import('@ndsr/memory').MemoryStore;", 'may not import @ndsr/memory'],
    ["await import('lodash/fp');", 'may not import lodash'],
    [library.text, 'only src/library/ may import node-zookeeper-client'],
  ])('refuses %s', (text, complaint) => {
    expect(check(js, [{ file: 'src/index.ts', text }])).toEqual([`packages/zookeeper-js/src/index.ts: ${complaint}`]);
  });

  it('refuses a dependency in package.json, used or not', () => {
    const greedy = { name: 'core', manifest: { name: '@ndsr/core', dependencies: { lodash: '4' } } };
    expect(check(greedy, [])).toEqual(['packages/core/package.json: may not depend on lodash']);
  });

  it('refuses an import that package.json does not name', () => {
    const memory = { name: 'memory', manifest: { name: '@ndsr/memory' } };
    expect(check(memory, [{ file: 'src/index.ts', text: "import '@ndsr/core';" }])).toEqual([
      'packages/memory/src/index.ts: @ndsr/core is no dependency in package.json',
    ]);
  });

  it('wants a rule for every package', () => {
    expect(check({ name: 'new', manifest: { name: '@ndsr/new' } }, [])).toEqual([
      'packages/new: say in .ci/check-layers.mjs what it may import',
    ]);
  });

  it.each([
    ['src/watch/snapshot.ts', "import type { Phase } from '../events/phase.js';"],
    ['src/watch/snapshot.ts', "import { a } from './other.js';\nimport { b } from '../node/path.js';"],
    ['src/index.ts', "export { a } from './service-registry.js';\nexport { b } from './watch/snapshot.js';"],
  ])('has no objection to %s: %s', (file, text) => {
    expect(check(core, [{ file, text }])).toEqual([]);
  });

  it.each([
    ['src/events/event-hub.ts', "import '../connection/connection.js';", "'events' may not import from 'connection'"],
    [
      'src/watch/snapshot.ts',
      "type A = import('../registration/desired-state.js').DesiredState;",
      "'watch' may not import from 'registration'",
    ],
    ['src/service-registry.ts', "export * from './index.js';", "'service-registry' may not import from 'index'"],
    ['src/node/path.ts', "import '../novel/thing.js';", "'node' may not import from 'novel'"],
    ['src/novel/thing.ts', '', "give 'novel' a place among the layers"],
  ])('refuses %s: %s', (file, text, complaint) => {
    expect(check(core, [{ file, text }])).toEqual([expect.stringContaining(`packages/core/${file}: ${complaint}`)]);
  });
});
