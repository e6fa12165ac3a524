// Prints where the time was spent: node packages/benchmarks/src/read-profile.mjs FILE.cpuprofile [HOW MANY]
import { readFileSync } from 'node:fs';
import { ownTimes, ownTimesByPart } from './profile.mjs';

const [, , file = '', most = '25'] = process.argv;
const profile = JSON.parse(readFileSync(file, 'utf8'));
for (const times of [ownTimesByPart(profile), ownTimes(profile)]) {
  for (const { place, share } of times.slice(0, Number(most))) {
    console.log(`${(100 * share).toFixed(1).padStart(5)} %  ${place}`);
  }
  console.log();
}
