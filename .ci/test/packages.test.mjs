import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, publishedPackages } from '../members.mjs';
import { root, tool } from '../workspace.mjs';

const exec = promisify(execFile);

/** One name that each entry must give. */
const knownExports = {
  '@ndsr/conformance': 'registryCases',
  '@ndsr/core': 'ServiceRegistry',
  '@ndsr/core/backend': 'checkPath',
  '@ndsr/memory': 'MemoryServiceRegistry',
  '@ndsr/zookeeper-common': 'ZooKeeperBackend',
  '@ndsr/zookeeper-common/testing': 'FakeZooKeeperClient',
  '@ndsr/zookeeper-js': 'ZooKeeperJsServiceRegistry',
  '@ndsr/zookeeper-testing': 'ZooKeeperServer',
};
