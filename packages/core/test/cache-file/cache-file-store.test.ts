import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { contentOf } from '../../src/cache-file/cache-content.js';
import { CacheFileStore } from '../../src/cache-file/cache-file-store.js';
import { lockContent, thisOwner } from '../../src/cache-file/lock-owner.js';
import { systemClock } from '../../src/time/clock.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { plainNode } from '../support/saved-nodes.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

const hour = 3_600_000;
/** Not used by any process: the highest pid of Linux is 4,194,304. */
const deadPid = 4_194_305;

let folder: TemporaryFolder;
let file: string;
let logger: RecordingLogger;

beforeEach(() => {
  folder = new TemporaryFolder();
  file = folder.file('cache.json');
  logger = new RecordingLogger();
  return () => {
    vi.restoreAllMocks();
    folder[Symbol.dispose]();
  };
});

function open(name = file): CacheFileStore {
  return new CacheFileStore(name, { clock: systemClock, random: Math.random, logger });
}

function inFile(): Record<string, { data: { n: number } }> {
  return JSON.parse(readFileSync(file, 'utf8')).nodes;
}

function updates(path: string, n: number, savedAt?: number): ReturnType<typeof contentOf> {
  return contentOf([plainNode(path, { n }, savedAt)]);
}

function expectNoOtherFiles(...others: string[]): void {
  expect(readdirSync(folder.path).sort()).toEqual(['cache.json', ...others].sort());
}

describe('a save', () => {
  it('creates a file that only its owner may read, and leaves nothing else behind', async () => {
    await open().save(updates('/a', 1));

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(inFile()['/a']?.data).toEqual({ n: 1 });
    expectNoOtherFiles();
  });

  it('restricts a file that everyone may read to its owner', async () => {
    writeFileSync(file, '{"version":1,"nodes":{}}');
    chmodSync(file, 0o644);

    await open().save(updates('/a', 1));

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keeps the updates that other processes saved meanwhile', async () => {
    const [one, other] = [open(), open()];
    await one.save(updates('/a', 1));
    await other.save(updates('/b', 2));
    await one.save(updates('/c', 3));

    expect(Object.keys(inFile())).toEqual(['/a', '/b', '/c']);
    expect([...one.content.keys()].sort()).toEqual(['/a', '/b', '/c']);
  });

  it('loses nothing when many save at once', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => `/node-${index}`);

    await Promise.all(paths.map((path) => open().save(updates(path, 1))));

    expect(Object.keys(inFile()).sort()).toEqual([...paths].sort());
    expectNoOtherFiles();
  });

  it('does not write values that the file already contains', async () => {
    const now = Date.now();
    await open().save(updates('/a', 1, now - hour / 2));
    const before = statSync(file, { bigint: true });
    await open().save(updates('/a', 1, now));

    expect(statSync(file, { bigint: true }).ino).toBe(before.ino);
  });

  it('refreshes the time of an unchanged value after an hour', async () => {
    const now = Date.now();
    await open().save(updates('/a', 1, now - hour));
    await open().save(updates('/a', 1, now));

    expect(readFileSync(file, 'utf8')).toContain(new Date(now).toISOString());
  });

  it('does not replace a newer value with an older one', async () => {
    const now = Date.now();
    await open().save(updates('/a', 2, now));
    await open().save(updates('/a', 1, now - 1));

    expect(inFile()['/a']?.data).toEqual({ n: 2 });
  });

  it('replaces a value that is dated in the future with any other', async () => {
    const now = Date.now();
    await open().save(updates('/a', 1, now + 24 * hour));
    await open().save(updates('/a', 2, now));

    expect(inFile()['/a']?.data).toEqual({ n: 2 });
  });

  it('follows a symbolic link', async () => {
    const real = folder.file('real.json');
    writeFileSync(real, '{"version":1,"nodes":{}}');
    symlinkSync(real, file);

    await open().save(updates('/a', 1));

    expect(inFile()['/a']?.data).toEqual({ n: 1 });
    expect(JSON.parse(readFileSync(real, 'utf8')).nodes).toHaveProperty('/a');
    expectNoOtherFiles('real.json');
  });

  it('removes the temporary files of killed processes, and nothing else', async () => {
    const { host, pid } = thisOwner();
    const leftover = `cache.json.${host}-${deadPid}-0123456789ab.tmp`;
    const old = `cache.json.0123456789ab-${pid}-0123456789ab.tmp`;
    const fresh = `cache.json.0123456789ab-${pid}-0123456789ac.tmp`;
    const foreign = 'cache.json.mine.tmp';
    for (const name of [leftover, old, fresh, foreign]) writeFileSync(folder.file(name), '');
    const longAgo = Date.now() / 1000 - 120;
    for (const name of [old, foreign]) utimesSync(folder.file(name), longAgo, longAgo);

    await open().save(updates('/a', 1));

    expectNoOtherFiles(foreign, fresh);
  });
});

describe('a lock', () => {
  it('of a dead process is broken at once', async () => {
    writeFileSync(`${file}.lock`, lockContent({ ...thisOwner(), pid: deadPid }));
    // Dated in the future, so that its age can never break it.
    const tomorrow = Date.now() / 1000 + 24 * 3_600;
    utimesSync(`${file}.lock`, tomorrow, tomorrow);

    await open().save(updates('/a', 1));

    expectNoOtherFiles();
  });

  it.each([
    ['of a process on another host', lockContent({ host: 'elsewhere', pid: 7 })],
    ['of a process that was killed before it wrote its name', ''],
  ])('%s is broken when it is old', async (_, content) => {
    writeFileSync(`${file}.lock`, content);
    const longAgo = Date.now() / 1000 - 6;
    utimesSync(`${file}.lock`, longAgo, longAgo);

    await open().save(updates('/a', 1));

    expectNoOtherFiles();
  });

  it('of a live process is waited for', async () => {
    writeFileSync(`${file}.lock`, lockContent(thisOwner()));
    let saved = false;
    const saving = open()
      .save(updates('/a', 1))
      .then(() => {
        saved = true;
      });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(saved).toBe(false);

    rmSync(`${file}.lock`);
    await saving;
    expectNoOtherFiles();
  });
});

describe('a damaged file', () => {
  it.each([
    ['broken JSON', '{"version":1,"nodes":{'],
    ['broken JSON of another layout', '{\n  "version": 1,\n  "nodes": {'],
    ['another version', '{"version":2,"nodes":{}}'],
    ['nodes that are no object', '{"version":1,"nodes":[]}'],
    ['nothing at all', ''],
  ])('%s is set aside, with a warning', async (_, text) => {
    writeFileSync(file, text);

    await open().load();

    expect(readdirSync(folder.path)).toEqual(['cache.json.corrupt']);
    expect(readFileSync(`${file}.corrupt`, 'utf8')).toBe(text);
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn The cache file .* is damaged: .*cache\.json\.corrupt$/),
    ]);
  });

  it('is replaced at the next save by a good file with all known values; damaged files that were set aside do not accumulate', async () => {
    const store = open();
    const [one, two] = ['{"version":1,"nodes":{"one', '{"version":1,"nodes":{"two'];
    for (const [index, text] of [one, two].entries()) {
      writeFileSync(file, text);
      await store.save(updates(`/${index}`, 1));
    }

    expectNoOtherFiles('cache.json.corrupt');
    expect(readFileSync(`${file}.corrupt`, 'utf8')).toBe(two);
    expect(Object.keys(inFile())).toEqual(['/0', '/1']);
  });

  it('with one bad entry loses only that entry', async () => {
    await open().save(contentOf([plainNode('/a', { n: 1 }), plainNode('/b', { n: 2 })]));
    writeFileSync(file, readFileSync(file, 'utf8').replace('"/a":{"data":{"n":1}', '"/a":{"data":[]'));
    const store = open();

    await store.load();

    expect([...store.content.keys()]).toEqual(['/b']);
    expect(logger.lines).toEqual([expect.stringMatching(/^warn Left 1 out of the cache file .*: \/a: its data/)]);
    expectNoOtherFiles();
  });
});

describe('a file of another program or user', () => {
  const foreign = [
    ['not JSON', 'root:x:0:0:root:/root:/bin/bash\n'],
    ['another kind of value', '7'],
    ['another object', '{"name":"my-app"}'],
    ['another file with a version', '{"version":4,"terraform_version":"1.9.0"}'],
    ['a version alone', '{"version":1}'],
  ] as const;

  it.each(foreign)('%s is left alone, and the error reports it', async (_, text) => {
    writeFileSync(file, text);
    const store = open();

    for (const attempt of [() => store.load(), () => store.save(updates('/a', 1))]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'ERR_NDSR_CACHE_FILE',
        message: expect.stringMatching(/not a cache file of this library.*left alone/),
      });
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
    expectNoOtherFiles();
    expect(logger.lines).toEqual([]);
  });

  it('is left alone behind a symbolic link too', async () => {
    const real = folder.file('hosts');
    writeFileSync(real, '127.0.0.1 localhost\n');
    symlinkSync(real, file);

    await expect(open().save(updates('/a', 1))).rejects.toThrow(/left alone/);

    expect(readFileSync(real, 'utf8')).toBe('127.0.0.1 localhost\n');
    expectNoOtherFiles('hosts');
  });

  it('that another user owns is left alone when it is damaged', async () => {
    const damaged = '{"version":1,"nodes":{';
    writeFileSync(file, damaged);
    vi.spyOn(process, 'geteuid').mockReturnValue(statSync(file).uid + 1);

    await expect(open().load()).rejects.toThrow(/is damaged.* belongs to another user.*left alone/);

    expect(readFileSync(file, 'utf8')).toBe(damaged);
    expectNoOtherFiles();
  });

  it('that another user owns is read when it is good', async () => {
    await open().save(updates('/a', 1));
    vi.spyOn(process, 'geteuid').mockReturnValue(statSync(file).uid + 1);
    const store = open();

    await store.load();

    expect([...store.content.keys()]).toEqual(['/a']);
  });
});

describe('file system errors', () => {
  it('a missing file is not an error', async () => {
    const store = open();
    await store.load();
    expect(store.content.size).toBe(0);
    expect(logger.lines).toEqual([]);
  });

  it('a missing folder rejects, until it exists', async () => {
    const store = open(folder.file('missing/cache.json'));
    await store.load();
    await expect(store.save(updates('/a', 1))).rejects.toMatchObject({ code: 'ENOENT' });
    mkdirSync(folder.file('missing'));
    await store.save(updates('/a', 1));
    expect(readdirSync(folder.file('missing'))).toEqual(['cache.json']);
  });

  it('a folder at the file’s name rejects, and is left alone', async () => {
    mkdirSync(file);
    const store = open();
    await expect(store.load()).rejects.toThrow('it is not a regular file');
    await expect(store.save(updates('/a', 1))).rejects.toThrow('it is not a regular file');
    expectNoOtherFiles();
  });

  it('a file that cannot be read rejects', async () => {
    symlinkSync(file, file);
    await expect(open().load()).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('a file that is removed is created again, with all values that this process knows', async () => {
    const store = open();
    await store.save(updates('/a', 1));
    renameSync(file, folder.file('elsewhere'));
    await store.save(updates('/b', 2));
    expect(Object.keys(inFile())).toEqual(['/a', '/b']);
  });
});
