// Lists the tests that an earlier commit has and this work tree has not, and those that are new: nothing may get lost when tests
// are moved or made faster. Exits with 1 when a missing one is not explained.
//   node .ci/compare-test-names.mjs COMMIT [EXPLANATIONS.json]    an object: the start of a missing test's name -> why it is missing
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runMain, StepError, step, tool } from './workspace.mjs';

const minute = 60_000;
const [, , commit, explanationsFile] = process.argv;

await runMain(async () => {
  if (commit === undefined) throw new StepError('Which commit? node .ci/compare-test-names.mjs COMMIT');
  const place = mkdtempSync(join(tmpdir(), 'ndsr-test-names-'));
  const earlier = join(place, 'earlier');
  try {
    checkOut(commit, earlier);
    const before = await testNames(earlier, join(place, 'before.json'));
    const after = await testNames(root, join(place, 'after.json'));
    report(before, after);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

/**
 * The commit's files, beside the packages that are installed here.
 *
 * @param {string} commit
 * @param {string} folder
 */
function checkOut(commit, folder) {
  execFileSync('git', ['clone', '--quiet', '--no-checkout', root, folder]);
  execFileSync('git', ['checkout', '--quiet', '--detach', commit], { cwd: folder });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const group of ['packages', 'examples']) {
    for (const name of readdirSync(join(folder, group))) {
      const installed = join(root, group, name, 'node_modules');
      // Its links are relative: those to our own packages lead to the commit's.
      if (existsSync(installed))
        cpSync(installed, join(folder, group, name, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    }
  }
}

/**
 * @param {string} folder
 * @param {string} file where vitest writes the list
 * @returns {Promise<string[]>} `project > name`, one for each test
 */
async function testNames(folder, file) {
  await step(
    `Listing the tests of ${folder === root ? 'this work tree' : commit}`,
    tool('vitest'),
    ['list', `--json=${file}`],
    {
      timeoutMs: 10 * minute,
      cwd: folder,
      env: { NDSR_TESTS: '' },
    },
  );
  /** @type {{ projectName: string, name: string }[]} */
  const tests = JSON.parse(readFileSync(file, 'utf8'));
  return tests.map(({ projectName, name }) => `${projectName} > ${name}`);
}

/**
 * @param {string[]} before
 * @param {string[]} after
 */
function report(before, after) {
  /** @type {Record<string, string>} */
  const explanations = explanationsFile === undefined ? {} : JSON.parse(readFileSync(explanationsFile, 'utf8'));
  const missing = without(before, after);
  const explained = missing.map((name) => /** @type {const} */ ([name, explanation(name, explanations)]));
  for (const [name, why] of explained) console.log(`missing: ${name}${why === undefined ? '' : `\n         ${why}`}`);
  const added = without(after, before);
  for (const name of added) console.log(`new: ${name}`);
  const open = explained.filter(([, why]) => why === undefined).length;
  console.log(
    `${before.length} before, ${after.length} now: ${added.length} new, ${missing.length} missing, ${open} of them without an explanation`,
  );
  if (open > 0) process.exitCode = 1;
}

/**
 * @param {string[]} all
 * @param {string[]} others a name that is there twice counts twice
 */
function without(all, others) {
  /** @type {Map<string, number>} */
  const left = new Map();
  for (const name of others) left.set(name, (left.get(name) ?? 0) + 1);
  return all.filter((name) => {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count <= 0;
  });
}

/**
 * @param {string} name
 * @param {Record<string, string>} explanations
 */
function explanation(name, explanations) {
  return Object.entries(explanations).find(([start]) => name.startsWith(start))?.[1];
}
