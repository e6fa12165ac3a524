// Replays the terminal sessions in docs/cli.md on a real ZooKeeper and compares the output with the page, and the pictures of the
// command in docs/pictures likewise. `node .ci/sessions.mjs` uses the built command of this repository; `--write` records both again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ZooKeeperServer } from '../packages/zookeeper-testing/dist/index.js';
import { terminalPicture } from './terminal-picture.mjs';
import { root, runMain, StepError } from './workspace.mjs';

const page = join(root, 'docs/cli.md');
const commandLimitMs = 60_000;

/** Commands that are drawn, in the state that the page's sessions leave behind. */
const pictures = [
  { name: 'tree', command: 'ndsr tree /' },
  { name: 'doctor', command: 'ndsr doctor' },
  {
    name: 'watch',
    command: 'ndsr watch /production/ssh',
    // While it runs, another server registers; it ends once the picture shows that.
    meanwhile: `ndsr -q register /production/ssh/server3:22 '{"rack":"a2"}' &`,
    until: 'server3',
  },
];

/**
 * Replays all sessions with the `ndsr` of a folder.
 *
 * @param {string} binFolder
 * @returns {Promise<number>} how many commands there were
 */
export async function checkSessions(binFolder) {
  const { text: does, drawings } = await record(binFolder);
  for (const [name, drawing] of drawings) {
    if (drawing !== readFileSync(pictureFile(name), 'utf8'))
      throw new StepError(`docs/pictures/${name}.svg is not what ndsr prints: node .ci/sessions.mjs --write`);
  }
  const said = readFileSync(page, 'utf8');
  const [saidLines, doesLines] = [said.split('\n'), does.split('\n')];
  const line = saidLines.findIndex((each, index) => each !== doesLines[index]);
  if (said !== does) {
    const place = `docs/cli.md, line ${line + 1}`;
    throw new StepError(`${place}: it says\n  ${saidLines[line]}\nand ndsr says\n  ${doesLines[line]}\n\n${does}`);
  }
  return said.split('\n').filter((each) => each.startsWith('$ ')).length;
}

/**
 * Creates a command `ndsr` in `folder` that runs the built command of this repository.
 *
 * @param {string} folder
 */
export function linkBuilt(folder) {
  const file = join(folder, 'ndsr');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'packages/cli/bin/ndsr.js')}' "$@"\n`);
  chmodSync(file, 0o755);
}

/** @param {string} name */
function pictureFile(name) {
  return join(root, `docs/pictures/${name}.svg`);
}

/**
 * The page with the current output of the commands in its sessions, and the pictures by their names.
 *
 * @param {string} binFolder
 */
async function record(binFolder) {
  const server = await ZooKeeperServer.start();
  const shell = new Shell(binFolder, server.address);
  try {
    let recorded = '';
    let isInSession = false;
    for (const line of readFileSync(page, 'utf8').trimEnd().split('\n')) {
      const hidden = /^<!-- \$ (.*) -->$/.exec(line)?.[1];
      if (hidden !== undefined) await shell.run(hidden);
      // Replaces the previous output of a command with the current one.
      const isOutput = isInSession && !line.startsWith('$ ') && line !== '```';
      if (!isOutput) recorded += `${line}\n`;
      if (isInSession && line.startsWith('$ ')) recorded += masked(await shell.run(line.slice(2)), server.address);
      if (line === '```console') isInSession = true;
      else if (line === '```') isInSession = false;
    }
    return { text: recorded, drawings: await draw(shell, server.address) };
  } finally {
    await shell.close();
    await server.stop();
  }
}

/**
 * Runs the commands of the pictures on a terminal.
 *
 * @param {Shell} shell
 * @param {string} address
 */
async function draw(shell, address) {
  /** @type {Map<string, string>} */
  const drawings = new Map();
  for (const { name, command, meanwhile = '', until = '' } of pictures) {
    const terminal = `script -qfec 'stty cols 100 rows 24; ${command}' screen < /dev/null > /dev/null`;
    if (until === '') await shell.run(terminal);
    else {
      await shell.run(`rm screen; { ${terminal} & } 2> /dev/null; onscreen=$!`);
      await shell.run(`until grep -qs / screen; do sleep 0.05; done; ${meanwhile}`);
      await shell.run(`until grep -q ${until} screen; do sleep 0.05; done; kill $onscreen; wait $onscreen`);
    }
    const output = (await shell.run('cat screen')).replaceAll(/^Script (?:started|done).*\n/gm, '');
    drawings.set(name, terminalPicture(command, masked(output, address)));
  }
  return drawings;
}

/**
 * Replaces values that differ in each run by constant ones.
 *
 * @param {string} output
 * @param {string} address
 */
function masked(output, address) {
  return (
    output
      .replaceAll(address, 'localhost:2181')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '2026-11-22 09:30:00')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-22T09:30:00.000Z')
      .replaceAll(/("?pid"?: ?)\d+/g, '$112345')
      .replaceAll(/in [\d.]+ ms/g, 'in 5 ms')
      .replaceAll(/ZooKeeper \d+\.\d+\.\d+/g, 'ZooKeeper 3.8.0')
      .replaceAll(/held by \S+:\d+/g, 'held by server1:12345')
      .replaceAll(/token \d+/g, 'token 42')
      // Progress messages do not appear on a fast machine.
      .replaceAll(/^ndsr: .* \(\d+ s\)\n/gm, '')
  );
}

/** A shell that runs one command after the other. */
class Shell {
  #output = '';
  #commands = 0;
  /** A temporary folder where sessions may write. */
  #folder = mkdtempSync(join(tmpdir(), 'ndsr-session-'));
  #child;

  /**
   * @param {string} binFolder
   * @param {string} address
   */
  constructor(binFolder, address) {
    this.#child = spawn('bash', ['--norc', '--noprofile'], {
      cwd: this.#folder,
      stdio: ['pipe', 'pipe', 'inherit'],
      // In its own process group, so that no process is left behind.
      detached: true,
      env: {
        ...env,
        PATH: `${binFolder}${delimiter}${env.PATH ?? ''}`,
        NDSR_URL: `zookeeper-js://${address}`,
        TERM: 'xterm',
        LC_ALL: 'C.UTF-8',
      },
    });
    this.#child.stdin.write('exec 2>&1\n');
    this.#child.stdout.setEncoding('utf8').on('data', (text) => {
      this.#output += text;
    });
  }

  /** @param {string} command */
  async run(command) {
    this.#commands += 1;
    const end = `\u001e${this.#commands}\n`;
    this.#child.stdin.write(`${command}\n__code=$?; printf '\\036%s\\n' ${this.#commands}; (exit $__code)\n`);
    const signal = AbortSignal.timeout(commandLimitMs);
    while (!this.#output.includes(end)) {
      try {
        await once(this.#child.stdout, 'data', { signal });
      } catch {
        throw new StepError(`Not done after ${commandLimitMs / 1_000} s: ${command}\n${this.#output}`);
      }
    }
    const cut = this.#output.indexOf(end);
    const output = this.#output.slice(0, cut);
    this.#output = this.#output.slice(cut + end.length);
    return output;
  }

  async close() {
    const ended = once(this.#child, 'exit');
    try {
      process.kill(-(this.#child.pid ?? 0), 'SIGKILL');
      await ended;
    } finally {
      rmSync(this.#folder, { recursive: true });
    }
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ndsr-bin-'));
    try {
      linkBuilt(folder);
      if (argv[2] === '--write') {
        const { text, drawings } = await record(folder);
        writeFileSync(page, text);
        for (const [name, drawing] of drawings) writeFileSync(pictureFile(name), drawing);
      } else console.log(`${await checkSessions(folder)} commands of docs/cli.md did as it says.`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
