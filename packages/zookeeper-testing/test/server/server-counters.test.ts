import { describe, expect, it } from 'vitest';
import { parseCounters } from '../../src/server/server-counters.js';

const ANSWER = `zk_version\t3.8.0--1, built on 2023-01-23 20:49 UTC
zk_server_state\tstandalone
zk_ephemerals_count\t3
zk_num_alive_connections\t7
zk_znode_count\t12
zk_packets_sent\t40
zk_packets_received\t50
zk_watch_count\t9
`;

describe('parseCounters', () => {
  it('parses the answer to mntr, and leaves out the connection that sent it', () => {
    expect(parseCounters(ANSWER)).toEqual({
      packetsReceived: 50,
      packetsSent: 40,
      connections: 6,
      watches: 9,
      znodes: 12,
      ephemerals: 3,
    });
  });

  it('refuses the answer of a server that does not serve', () => {
    expect(() => parseCounters('This ZooKeeper instance is not currently serving requests\n')).toThrow(
      'no zk_packets_received in the answer to mntr: This ZooKeeper instance',
    );
  });
});
