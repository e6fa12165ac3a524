import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { lazyCrypto } from '../builtins/lazy-crypto.js';

/** The process that holds a lock file. */
export interface LockOwner {
  readonly pid: number;
  /** The scope in which `pid` is unique: one boot of one host, and one of its pid namespaces. */
  readonly host: string;
}

/** This process. */
export function thisOwner(): LockOwner {
  const parts = [
    hostname(),
    unlessMissing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
    // Two containers may share a folder, a host name and a boot, and each has its own process 7.
    unlessMissing(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return {
    pid: process.pid,
    host: lazyCrypto().createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12),
  };
}

/** True if the owner is known to be dead; false if this process cannot know. */
export function isDead(owner: LockOwner, me: LockOwner): boolean {
  return owner.host === me.host && !isAlive(owner.pid);
}

/** A lock file's content, never the same twice. */
export function lockContent(owner: LockOwner): string {
  return JSON.stringify({ ...owner, token: lazyCrypto().randomUUID() });
}

/** Undefined if the content has another format, or is not written yet. */
export function ownerIn(content: string): LockOwner | undefined {
  try {
    const { pid, host } = JSON.parse(content) as Record<string, unknown>;
    return typeof host === 'string' && isPid(pid) ? { pid, host } : undefined;
  } catch {
    return undefined; // Just created, or made by another program: its age decides.
  }
}

function isPid(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function unlessMissing(read: () => string): string {
  try {
    return read();
  } catch {
    return ''; // Not Linux.
  }
}
