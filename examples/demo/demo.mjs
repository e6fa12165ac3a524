// A service registry in one minute:
//
//   npm run demo                                      in memory
//   npm run demo -- zookeeper-js://127.0.0.1:2181     on a ZooKeeper
//
// story.mjs is the demonstration itself. This file only selects the backend.
import { exit } from 'node:process';
import { InvalidArgumentError, NoConnectionError } from '@ndsr/core';
import { OccupiedError } from './caretaker.mjs';
import { tellStory } from './story.mjs';
import { parseTarget, UnknownTargetError } from './target.mjs';

/** Errors that the user can fix, with their exit codes. @type {[new (...args: never[]) => Error, number][]} */
const expected = [
  [UnknownTargetError, 2],
  [InvalidArgumentError, 2],
  [OccupiedError, 1],
  [NoConnectionError, 1],
];

try {
  await demonstrate(process.argv.slice(2));
} catch (error) {
  const [, exitCode] = expected.find(([type]) => error instanceof type) ?? [];
  if (exitCode === undefined || !(error instanceof Error)) throw error;
  console.error(`The demo ends here: ${error.message}`);
  process.exitCode = exitCode;
}

/** @param {readonly string[]} args */
async function demonstrate(args) {
  const place = await parseTarget(args).open();
  process.once('SIGINT', () => place.close().finally(() => exit(130)));
  try {
    await tellStory(place);
  } finally {
    await place.close();
  }
}
