import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_JAR = '/usr/share/java/zookeeper.jar';
const DEBIAN_CONFIGURATION = '/etc/zookeeper/conf_example';
// Debian's ZooKeeper comes without a log writer and therefore logs nothing, not even why it failed; this jar is in a
// package that it depends on.
const DEBIAN_LOG_WRITER = '/usr/share/java/slf4j-simple.jar';
// TLS needs it. Debian's ZooKeeper depends on the package but omits it from the class path: every secure connection
// would be closed.
const DEBIAN_NETTY_CODEC = '/usr/share/java/netty-codec.jar';

/** The programs and files needed to run a ZooKeeper server. */
export interface ZooKeeperInstallation {
  /** The path of the Java program. */
  readonly java: string;
  /** The argument of `java -cp`. */
  readonly classPath: string;
}

/**
 * Finds ZooKeeper and Java on this machine.
 *
 * ZooKeeper: `ZOOKEEPER_HOME` (an unpacked release) if set, otherwise Debian's package. Java: `JAVA_HOME` if set,
 * otherwise `PATH`.
 *
 * @throws {Error} one is missing; the message names what to install
 */
export function findZooKeeper(env: NodeJS.ProcessEnv = process.env): ZooKeeperInstallation {
  return { classPath: findClassPath(env.ZOOKEEPER_HOME), java: findJava(env) };
}

function findClassPath(home: string | undefined): string {
  if (home) return releaseClassPath(home);
  if (!existsSync(DEBIAN_JAR)) {
    throw new Error(
      `ZooKeeper not found: ${DEBIAN_JAR} is missing and ZOOKEEPER_HOME is not set. ` +
        'Run `apt-get install -y zookeeper`, or unpack a release and set ZOOKEEPER_HOME to its folder',
    );
  }
  const parts = [DEBIAN_CONFIGURATION, DEBIAN_LOG_WRITER, DEBIAN_JAR, DEBIAN_NETTY_CODEC];
  return parts.filter((path) => existsSync(path)).join(delimiter);
}

function releaseClassPath(home: string): string {
  const lib = join(home, 'lib');
  // Releases up to 3.5.4 have their own jar at the top; later ones have it in lib/ with the others.
  if (![home, lib].some(holdsServerJar)) {
    throw new Error(
      `ZooKeeper not found: no zookeeper-*.jar in ZOOKEEPER_HOME (${home}) nor in its lib folder. ` +
        'Set ZOOKEEPER_HOME to an unpacked release, or unset it and run `apt-get install -y zookeeper`',
    );
  }
  return [join(home, 'conf'), join(home, '*'), join(lib, '*')].join(delimiter);
}

function holdsServerJar(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => /^zookeeper-\d.*\.jar$/.test(name));
}

function findJava(env: NodeJS.ProcessEnv): string {
  const folders = env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin')] : (env.PATH ?? '').split(delimiter);
  const java = folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'java'))
    .find(isExecutable);
  if (java !== undefined) return java;
  const place = env.JAVA_HOME ? `in JAVA_HOME (${env.JAVA_HOME})` : 'on PATH';
  throw new Error(
    `Java not found ${place}. Run \`apt-get install -y default-jre-headless\`, or set JAVA_HOME to a Java of version 8 or later`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
