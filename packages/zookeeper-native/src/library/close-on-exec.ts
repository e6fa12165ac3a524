import { readdir, readFile, readlink } from 'node:fs/promises';

/** `O_CLOEXEC`, as in `/proc/self/fdinfo`. */
const closeOnExec = 0o2000000;

/**
 * Returns whether child processes would inherit sockets of this process that are connected to one of the ports. They never inherit
 * Node's own sockets. Linux only; false on other systems, or if it cannot be determined.
 *
 * @param proc the folder of the process in the proc file system
 */
export async function inheritsSockets(ports: ReadonlySet<number>, proc = '/proc/self'): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    const ours = await socketsTo(ports, proc);
    for (const fd of await readdir(`${proc}/fd`)) {
      if (ours.has(await readlink(`${proc}/fd/${fd}`).catch(() => '')) && (await isInherited(fd, proc))) return true;
    }
  } catch {
    // Without /proc it cannot be determined.
  }
  return false;
}

/** The links, as in `/proc/self/fd`, of all TCP sockets on this machine that are connected to one of the ports. */
async function socketsTo(ports: ReadonlySet<number>, proc: string): Promise<ReadonlySet<string>> {
  const tables = ['tcp', 'tcp6'].map((table) => readFile(`${proc}/net/${table}`, 'utf8').catch(() => ''));
  const found = new Set<string>();
  for (const line of (await Promise.all(tables)).flatMap((table) => table.split('\n'))) {
    const [, , remote = '', , , , , , , inode] = line.trim().split(/\s+/);
    if (ports.has(Number.parseInt(remote.slice(remote.lastIndexOf(':') + 1), 16))) found.add(`socket:[${inode}]`);
  }
  return found;
}

async function isInherited(fd: string, proc: string): Promise<boolean> {
  const info = await readFile(`${proc}/fdinfo/${fd}`, 'utf8').catch(() => '');
  const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
}

let isChecked = false;

/** Checks once per process, at its first connection. */
export async function warnOfInheritedSockets(
  ports: ReadonlySet<number>,
  warn: (message: string) => void,
  proc?: string,
): Promise<void> {
  if (isChecked) return;
  isChecked = true;
  if (await inheritsSockets(ports, proc)) warn(warning);
}

const warning =
  'The native addon of the package `zookeeper` was built so that child processes inherit its sockets. When a connection ' +
  'breaks while such a child lives, this process spins at 100 % CPU and may lose its session. Build it again: ' +
  'with_sock_cloexec=yes npm_config_build_from_source=true npm rebuild zookeeper (or the same with pnpm)';
