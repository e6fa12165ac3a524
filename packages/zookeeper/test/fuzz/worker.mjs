// Runs cases and reports them over the channel to its parent, which detects a process that freezes or ends.
// node worker.mjs reader|zookeeper|zookeeper-js FIRST COUNT, or seeds as a list: reader 3,17
import { readerCase } from './reader-case.mjs';
import { openerOf, registryCase } from './registry-case.mjs';

/** Cases at a time. Most of a registry's time is spent waiting. */
const registriesAtOnce = 10;
const readerBatch = 500;

const [target = '', list = '', count] = process.argv.slice(2);
const seeds =
  count === undefined ? list.split(',').map(Number) : Array.from({ length: Number(count) }, (_, i) => Number(list) + i);

if (target === 'reader') await runReader();
else await runRegistry(openerOf(target));
await tell({ type: 'end', maxRssKiB: process.resourceUsage().maxRSS });
process.disconnect();

async function runReader() {
  /** @type {Record<string, number>} */
  const tally = {};
  for (let at = 0; at < seeds.length; at += readerBatch) {
    const batch = seeds.slice(at, at + readerBatch);
    await tell({ type: 'begin', seeds: batch });
    for (const seed of batch) {
      try {
        const outcome = readerCase(seed);
        tally[outcome] = (tally[outcome] ?? 0) + 1;
      } catch (error) {
        await tell({ type: 'finding', seed, what: describe(error) });
      }
    }
    await tell({ type: 'done', seeds: batch });
  }
  await tell({ type: 'tally', tally });
}

/** @param {Parameters<typeof registryCase>[1]} open */
async function runRegistry(open) {
  const tally = { calls: 0, rejected: 0, faults: 0, mutations: 0 };
  const waiting = [...seeds];
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      await tell({ type: 'begin', seeds: [seed] });
      try {
        const one = await registryCase(seed, open);
        for (const key of /** @type {(keyof typeof tally)[]} */ (Object.keys(tally))) tally[key] += one[key];
      } catch (error) {
        await tell({ type: 'finding', seed, what: describe(error) });
      }
      await tell({ type: 'done', seeds: [seed] });
    }
  };
  await Promise.all(Array.from({ length: registriesAtOnce }, work));
  await tell({ type: 'tally', tally });
}

/** @param {object} message */
function tell(message) {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, resolve));
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (${describe(error.cause)})`;
  return `${error.stack ?? error.message}${cause}`;
}
