import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findZooKeeper } from '../../src/index.js';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'zookeeper-home-'));
  await mkdir(join(home, 'bin'));
  await mkdir(join(home, 'lib'));
  await writeFile(join(home, 'bin', 'java'), '');
  await chmod(join(home, 'bin', 'java'), 0o755);
});

afterEach(() => rm(home, { recursive: true }));

describe('findZooKeeper', () => {
  it('finds the installation on this machine', () => {
    expect(findZooKeeper()).toMatchObject({
      java: expect.stringMatching(/java$/),
      classPath: expect.stringMatching(/./),
    });
  });

  it.each(['lib/zookeeper-3.9.3.jar', 'zookeeper-3.4.14.jar'])('accepts a release with %s', async (jar) => {
    await writeFile(join(home, jar), '');
    expect(findZooKeeper({ ZOOKEEPER_HOME: home, JAVA_HOME: home })).toEqual({
      java: join(home, 'bin', 'java'),
      classPath: [join(home, 'conf'), join(home, '*'), join(home, 'lib', '*')].join(delimiter),
    });
  });

  it('looks for Java on PATH without JAVA_HOME', async () => {
    await writeFile(join(home, 'lib/zookeeper-3.9.3.jar'), '');
    const PATH = [join(home, 'lib'), join(home, 'bin')].join(delimiter);
    expect(findZooKeeper({ ZOOKEEPER_HOME: home, PATH }).java).toBe(join(home, 'bin', 'java'));
  });

  it('names what to install when ZOOKEEPER_HOME holds no server', () => {
    expect(() => findZooKeeper({ ZOOKEEPER_HOME: home, JAVA_HOME: home })).toThrow(
      /ZOOKEEPER_HOME .*apt-get install -y zookeeper/,
    );
    expect(() => findZooKeeper({ ZOOKEEPER_HOME: join(home, 'none'), JAVA_HOME: home })).toThrow('ZooKeeper not found');
  });

  it('names what to install when there is no Java', async () => {
    await writeFile(join(home, 'lib/zookeeper-3.9.3.jar'), '');
    const PATH = join(home, 'lib');
    expect(() => findZooKeeper({ ZOOKEEPER_HOME: home, PATH })).toThrow(/Java not found on PATH.*apt-get install/);
    expect(() => findZooKeeper({ ZOOKEEPER_HOME: home, JAVA_HOME: '/nowhere' })).toThrow(/JAVA_HOME \(\/nowhere\)/);
  });
});
