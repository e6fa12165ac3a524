/**
 * The counters of a server, as of one `mntr`.
 *
 * Reading them counts too: each four letter word is a packet or two. Compare differences with that in mind.
 */
export interface ServerCounters {
  /** Requests and pings received since the process started. */
  readonly packetsReceived: number;
  /** Answers and watch events sent since the process started. */
  readonly packetsSent: number;
  /** Client connections open now, without the one that sent `mntr`. */
  readonly connections: number;
  /** Watches set now on this server, by all sessions. */
  readonly watches: number;
  /** Nodes in the whole tree, including ZooKeeper's own under `/zookeeper`. */
  readonly znodes: number;
  /** Ephemeral nodes in the whole tree. */
  readonly ephemerals: number;
}

/**
 * Parses the answer to `mntr`.
 *
 * @throws {Error} a counter is missing, as it is while the server does not serve
 */
export function parseCounters(answer: string): ServerCounters {
  const values = new Map(answer.split('\n').map((line) => splitLine(line)));
  const read = (name: string): number => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no ${name} in the answer to mntr: ${answer.slice(0, 200)}`);
    return Number(value);
  };
  return {
    packetsReceived: read('zk_packets_received'),
    packetsSent: read('zk_packets_sent'),
    connections: read('zk_num_alive_connections') - 1,
    watches: read('zk_watch_count'),
    znodes: read('zk_znode_count'),
    ephemerals: read('zk_ephemerals_count'),
  };
}

function splitLine(line: string): [name: string, value: string] {
  const tab = line.indexOf('\t');
  return [line.slice(0, tab), line.slice(tab + 1)];
}
