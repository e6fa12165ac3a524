import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM_TIMEOUT_MS = 30_000;
const DAYS = 2;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** Properties of a certificate to issue. */
export interface CertificateRequest {
  /** Names and IP addresses that it is valid for. @default 127.0.0.1, ::1 and localhost */
  readonly hosts?: readonly string[];
  /** True for a certificate that has expired. @default false */
  readonly expired?: boolean;
  /** The passphrase that encrypts the private key. @default not encrypted */
  readonly passphrase?: string;
}

/** A certificate and its key in PEM, as text and as files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Key and certificate in one file, as a ZooKeeper server expects them. */
  readonly keyStore: string;
}

/**
 * An authority for test certificates: created now, valid for two days, and deleted with its folder.
 *
 * It runs the program `openssl`, which must be on `PATH`.
 */
export class CertificateAuthority implements AsyncDisposable {
  /** Its own certificate in PEM. Clients and servers that trust it trust the certificates that it issues. */
  readonly certificate: string;
  readonly certificateFile: string;
  readonly #folder: string;
  #issued = 0;

  private constructor(folder: string, certificate: string) {
    this.#folder = folder;
    this.certificate = certificate;
    this.certificateFile = join(folder, 'authority.pem');
  }

  /** @throws {Error} there is no `openssl` */
  static async create(name = 'Authority for tests'): Promise<CertificateAuthority> {
    const folder = await mkdtemp(join(tmpdir(), 'zookeeper-testing-'));
    const out = ['-keyout', join(folder, 'authority.key'), '-out', join(folder, 'authority.pem')];
    await openssl(['req', '-x509', ...NEW_KEY, '-nodes', '-subj', `/CN=${name}`, '-days', String(DAYS), ...out]);
    return new CertificateAuthority(folder, await readFile(join(folder, 'authority.pem'), 'utf8'));
  }

  /** Creates a key and a certificate signed by this authority. */
  async issue({ hosts, expired = false, passphrase }: CertificateRequest = {}): Promise<CertificateFiles> {
    this.#issued += 1;
    const number = this.#issued;
    const file = (ending: string): string => join(this.#folder, `${number}.${ending}`);
    const protection = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
    const request = ['-subj', `/CN=certificate ${number}`, '-keyout', file('key'), '-out', file('csr')];
    await openssl(['req', '-new', ...NEW_KEY, ...protection, ...request]);
    await writeFile(file('ext'), `subjectAltName=${subjectAltName(hosts ?? ['127.0.0.1', '::1', 'localhost'])}\n`);
    await this.#sign(file('csr'), file('ext'), file('pem'), expired ? -1 : DAYS);
    const [certificate, key] = await Promise.all([readFile(file('pem'), 'utf8'), readFile(file('key'), 'utf8')]);
    await writeFile(file('store.pem'), key + certificate);
    return {
      certificate,
      key,
      certificateFile: file('pem'),
      keyFile: file('key'),
      keyStore: file('store.pem'),
    };
  }

  /** Removes its files. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #sign(request: string, extensions: string, out: string, days: number): Promise<void> {
    const signer = ['-CA', this.certificateFile, '-CAkey', join(this.#folder, 'authority.key')];
    const serial = ['-set_serial', String(Date.now() * 1_000 + this.#issued)];
    const what = ['-in', request, '-extfile', extensions, '-days', String(days), '-out', out];
    return openssl(['x509', '-req', ...signer, ...serial, ...what]);
  }
}

function subjectAltName(hosts: readonly string[]): string {
  return hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`).join(',');
}

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args, { timeout: PROGRAM_TIMEOUT_MS });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new Error('openssl is not on PATH. Run `apt-get install -y openssl`', { cause });
  }
}
