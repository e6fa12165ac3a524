import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Returns the output of a CommonJS program in this package. It imports the built package under its own name. */
function run(code: string): string {
  return execFileSync(process.execPath, ['-e', code], { cwd: here, encoding: 'utf8', stdio: 'pipe' }).trim();
}

describe('the built package', () => {
  it.each([
    ['@ndsr/core', 'ServiceRegistry,NoConnectionError,rawBytes'],
    ['@ndsr/core/backend', 'checkPath,absentNode,ServiceRegistryError'],
  ])('%s can be loaded with require', (name, exported) => {
    const code = `
      const { createRequire } = require('node:module');
      const core = createRequire(${JSON.stringify(`${here}program.cjs`)})('${name}');
      console.log('${exported}'.split(',').map((one) => typeof core[one]).join());
    `;
    expect(run(code)).toBe('function,function,function');
  });

  it('has one family of errors, whether loaded by require or by import', () => {
    const code = `
      const core = require('@ndsr/core');
      import('@ndsr/core/backend').then(({ NoNodeError }) => {
        console.log(new NoNodeError('/a') instanceof core.ServiceRegistryError, core.NoNodeError === NoNodeError);
      });
    `;
    expect(run(code)).toBe('true true');
  });
});
