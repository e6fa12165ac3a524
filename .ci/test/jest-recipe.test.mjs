import { describe, expect, it } from 'vitest';
import { blocksIn, textOf } from '../markdown.mjs';

const block = blocksIn('docs/testing.md', textOf('docs/testing.md')).find(({ name }) => name === 'jest.config.js');
const folders = '/home/me/app/node_modules';

// .ci/check-packed.mjs runs it with Jest, on packages installed by npm.
describe('the configuration for Jest in docs/testing.md', () => {
  it.each([
    [`${folders}/@ndsr/core/dist/index.js`, true],
    [`${folders}/.pnpm/@ndsr+core@1.0.0/node_modules/@ndsr/core/dist/index.js`, true],
    [`${folders}/express/index.js`, false],
    [`${folders}/.pnpm/express@5.0.0/node_modules/express/index.js`, false],
    [`${folders}/@ndsr/core/node_modules/express/index.js`, false],
  ])('%s: is compiled: %j', (file, isCompiled) => {
    const { transform, transformIgnorePatterns } = configuration();
    expect(transformIgnorePatterns.some((pattern) => new RegExp(pattern).test(file))).toBe(!isCompiled);
    const [first] = Object.entries(transform).find(([pattern]) => new RegExp(pattern).test(file)) ?? [];
    expect(first === '/node_modules/@ndsr/').toBe(file.includes('/node_modules/@ndsr/'));
  });
});

/** @returns {{ transform: Record<string, string>, transformIgnorePatterns: readonly string[] }} */
function configuration() {
  const module = { exports: /** @type {any} */ ({}) };
  new Function('module', block?.code ?? '')(module);
  return module.exports;
}
