// One of many: registers instances, reports it, and prints "whole" each time that all of them are back after a lost session.
import { openRegistry } from '@ndsr/core';

const [config, folder, member, count] = process.argv.slice(2);
// The test that started this process has exited: exit too.
process.stdin.resume().once('end', () => process.exit(1));

const registry = await openRegistry(JSON.parse(config));
const paths = Array.from({ length: Number(count) }, (_, index) => `${folder}/${member}-${index}:80`);
await Promise.all(paths.map((path, index) => registry.setNode(path, { member, index })));

let standing = paths.length;
registry.on('unregistered', () => {
  standing -= 1;
});
registry.on('registered', () => {
  standing += 1;
  if (standing === paths.length) console.log('whole');
});
registry.on('fault', ({ error }) => console.error(`fault ${error.code}: ${error.message}`));
console.log('registered');
