// Lists the tests that a change has removed and added, so that none gets lost when tests are moved or made faster. Exits with 1 when a
// removed test is not explained.
//   node .ci/compare-test-names.mjs BEFORE.json AFTER.json [EXPLANATIONS.json]
// The lists come from `npx vitest list --json=FILE`, in a checkout of the earlier commit and in this one.
// The explanations are an object: the start of a missing test's `project > name` -> why it is missing.
import { readFileSync } from 'node:fs';

/**
 * @param {readonly string[]} all
 * @param {readonly string[]} others a name that is there twice counts twice
 */
export function without(all, others) {
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
 * @param {string} file
 * @returns {string[]} `project > name`, one for each test
 */
function testNames(file) {
  /** @type {{ projectName: string, name: string }[]} */
  const tests = JSON.parse(readFileSync(file, 'utf8'));
  return tests.map(({ projectName, name }) => `${projectName} > ${name}`);
}

/**
 * @param {string} beforeFile
 * @param {string} afterFile
 * @param {string} [explanationsFile]
 */
function main(beforeFile, afterFile, explanationsFile) {
  const [before, after] = [testNames(beforeFile), testNames(afterFile)];
  /** @type {Record<string, string>} */
  const explanations = explanationsFile === undefined ? {} : JSON.parse(readFileSync(explanationsFile, 'utf8'));
  const [missing, added] = [without(before, after), without(after, before)];
  let unexplained = 0;
  for (const name of missing) {
    const why = Object.entries(explanations).find(([start]) => name.startsWith(start))?.[1];
    if (why === undefined) unexplained += 1;
    console.log(`missing: ${name}${why === undefined ? '' : `\n         ${why}`}`);
  }
  for (const name of added) console.log(`new: ${name}`);
  console.log(
    `${before.length} before, ${after.length} now: ${added.length} new, ${missing.length} missing, ${unexplained} of them without an explanation`,
  );
  if (unexplained > 0) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) {
  const [, , beforeFile = '', afterFile = '', explanationsFile] = process.argv;
  main(beforeFile, afterFile, explanationsFile);
}
