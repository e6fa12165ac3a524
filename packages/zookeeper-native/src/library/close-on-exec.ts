import { readdir, readFile, readlink } from 'node:fs/promises';

/** `O_CLOEXEC`, as `/proc/self/fdinfo` has it. */
const closeOnExec = 0o2000000;

/**
 * Whether sockets of this process that are connected to one of the ports would be inherited by its child processes. Node's
 * own never are. Linux only; elsewhere, or where it cannot be told, false.
 *
 * @param proc what the kernel tells of the process
 */
export async function inheritsSockets(ports: ReadonlySet<number>, proc = '/proc/self'): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    const ours = await socketsTo(ports, proc);
    for (const fd of await readdir(`${proc}/fd`)) {
      if (ours.has(await readlink(`${proc}/fd/${fd}`).catch(() => '')) && (await isInherited(fd, proc))) return true;
    }
  } catch {
    // Without /proc nothing can be told, and nothing is claimed.
  }
  return false;
}

/** The links in `/proc/self/fd` of all TCP sockets on this machine that are connected to one of the ports. */
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

let looked = false;

/** Looks once in the process, at its first connection. */
export async function warnOfInheritedSockets(
  ports: ReadonlySet<number>,
  warn: (message: string) => void,
  proc?: string,
): Promise<void> {
  if (looked) return;
  looked = true;
  if (await inheritsSockets(ports, proc)) warn(warning);
}

const warning =
  'The native addon of the package `zookeeper` was built so that child processes inherit its sockets. When a connection ' +
  'breaks while such a child lives, this process spins at 100 % CPU and may lose its session. Build it again: ' +
  'with_sock_cloexec=yes npm_config_build_from_source=true npm rebuild zookeeper (or the same with pnpm)';
