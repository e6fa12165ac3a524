// Where the time went: node packages/benchmarks/src/read-profile.mjs FILE.cpuprofile [HOW MANY]
import { readFileSync } from 'node:fs';
import { ownTimes } from './profile.mjs';

const [, , file = '', most = '25'] = process.argv;
for (const { place, share } of ownTimes(JSON.parse(readFileSync(file, 'utf8'))).slice(0, Number(most))) {
  console.log(`${(100 * share).toFixed(1).padStart(5)} %  ${place}`);
}
