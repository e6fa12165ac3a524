import zookeeper, { type Client } from 'node-zookeeper-client';

/** The creation time of a node by the servers' clock (ms since 1970), and its transaction. */
export interface Birth {
  readonly path: string;
  readonly ctime: number;
  readonly czxid: bigint;
  readonly owner: bigint;
}

/** The creation times of all nodes in a folder, read by the bare client library. */
export async function readBirths(servers: string, folder: string): Promise<Birth[]> {
  const client = zookeeper.createClient(servers, { sessionTimeout: 10_000 });
  await new Promise<void>((resolve) => {
    client.once('connected', resolve);
    client.connect();
  });
  try {
    const births: Birth[] = [];
    const paths = (await namesIn(client, folder)).map((name) => `${folder}/${name}`);
    // In batches: ten thousand requests at once would stall this process.
    for (let from = 0; from < paths.length; from += 200) {
      births.push(...(await Promise.all(paths.slice(from, from + 200).map((path) => readBirth(client, path)))));
    }
    return births;
  } finally {
    client.close();
  }
}

function namesIn(client: Client, folder: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    client.getChildren(folder, (error, names) => (error ? reject(error) : resolve(names)));
  });
}

function readBirth(client: Client, path: string): Promise<Birth> {
  return new Promise((resolve, reject) => {
    client.exists(path, (error, stat) => {
      if (error) reject(error);
      else if (!stat) reject(new Error(`${path} went away`));
      else
        resolve({
          path,
          ctime: Number(bigintOf(stat.ctime)),
          czxid: bigintOf(stat.czxid),
          owner: bigintOf(stat.ephemeralOwner),
        });
    });
  });
}

/** The library returns 64-bit numbers as bytes, unlike its types. */
function bigintOf(bytes: unknown): bigint {
  return (bytes as Buffer).readBigInt64BE(0);
}

/** The maximum number within any window of that length. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] ?? time) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
