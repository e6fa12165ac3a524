// Says how many tests there were, on a line of its own. A test that was skipped counts as a failure: nobody looks at it.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';

const [, , file = ''] = argv;
const { testResults, numPassedTests } = JSON.parse(readFileSync(file, 'utf8'));

/** @type {{ status: string, fullName: string }[]} */
const tests = testResults.flatMap(
  (/** @type {{ assertionResults: object[] }} */ { assertionResults }) => assertionResults,
);
const notRun = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
for (const { status, fullName } of notRun) console.error(`${status}: ${fullName}`);

// A file that cannot even be loaded holds no tests, and fails.
const brokenFiles = testResults.filter(
  (/** @type {{ status: string, assertionResults: object[] }} */ result) =>
    result.status === 'failed' && result.assertionResults.length === 0,
).length;
const failed = tests.filter(({ status }) => status === 'failed').length + brokenFiles + notRun.length;
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
