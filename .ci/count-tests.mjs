// Prints the number of tests of one or more runs in one line. A skipped test counts as a failure, so that it does not go unnoticed.
//   node .ci/count-tests.mjs FILE...    the JSON reports of vitest
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';

/** @type {{ status: string, assertionResults: { status: string, fullName: string }[] }[]} */
const files = argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).testResults);
const tests = files.flatMap(({ assertionResults }) => assertionResults);
const count = (/** @type {string} */ wanted) => tests.filter(({ status }) => status === wanted).length;

const notRun = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
for (const { status, fullName } of notRun) console.error(`${status}: ${fullName}`);

// A file that cannot be loaded has no tests, and fails.
const brokenFiles = files.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
const failed = count('failed') + brokenFiles.length + notRun.length;
console.log(`${count('passed')} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
