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

  it.each([
    ['a lower layer', "import { ServiceRegistry } from '@ndsr/core/backend';"],
    ['Node and its own files', "import fs from 'node:fs';\nexport * from './other.js';"],
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
    const core = { name: 'core', manifest: { name: '@ndsr/core', dependencies: { lodash: '4' } } };
    expect(check(core, [])).toEqual(['packages/core/package.json: may not depend on lodash']);
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
});
