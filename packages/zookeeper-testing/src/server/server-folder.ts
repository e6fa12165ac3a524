import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderConfiguration, type ServerConfiguration } from './server-configuration.js';

const LOG_TAIL_LINES = 40;

/** The temporary folder of one server: configuration, log and data. */
export class ServerFolder {
  readonly path: string;
  readonly dataDir: string;
  readonly configurationFile: string;
  readonly logFile: string;

  private constructor(path: string) {
    this.path = path;
    this.dataDir = join(path, 'data');
    this.configurationFile = join(path, 'zoo.cfg');
    this.logFile = join(path, 'server.log');
  }

  static async create(): Promise<ServerFolder> {
    return new ServerFolder(await mkdtemp(join(tmpdir(), 'zookeeper-testing-')));
  }

  /** Writes all files that a server reads when it starts; existing data stays. */
  async prepare(configuration: ServerConfiguration): Promise<void> {
    await mkdir(this.dataDir, { recursive: true });
    await writeFile(this.configurationFile, renderConfiguration(configuration, this.dataDir));
    if (configuration.quorum) await writeFile(join(this.dataDir, 'myid'), `${configuration.quorum.id}\n`);
  }

  async wipe(): Promise<void> {
    await removeTree(this.dataDir);
    await mkdir(this.dataDir);
  }

  async remove(): Promise<void> {
    await removeTree(this.path);
  }

  /** Returns the last lines of the server's log. */
  async logTail(): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '(no log)');
    return text.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  }
}

async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}
