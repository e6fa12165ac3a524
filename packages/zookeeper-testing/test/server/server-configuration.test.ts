import { describe, expect, it } from 'vitest';
import { renderConfiguration } from '../../src/server/server-configuration.js';

const BASE = { host: '127.0.0.1', port: 2181, tickTimeMs: 200 };

function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}

describe('renderConfiguration', () => {
  it('describes a standalone server, with every limit off', () => {
    expect(linesOf(renderConfiguration(BASE, '/data'))).toEqual([
      'dataDir=/data',
      'clientPort=2181',
      'clientPortAddress=127.0.0.1',
      'tickTime=200',
      'maxClientCnxns=0',
      'admin.enableServer=false',
      '4lw.commands.whitelist=*',
      'extendedTypesEnabled=true',
      'forceSync=no',
    ]);
  });

  it('sets session limits when given', () => {
    const text = renderConfiguration({ ...BASE, minSessionTimeoutMs: 100, maxSessionTimeoutMs: 900 }, '/data');
    expect(linesOf(text)).toEqual(expect.arrayContaining(['minSessionTimeout=100', 'maxSessionTimeout=900']));
  });

  it('opens a second port for TLS', () => {
    const secure = { port: 2281, keyStore: '/ks.pem', trustStore: '/ts.pem' };
    expect(linesOf(renderConfiguration({ ...BASE, secure }, '/data')).slice(-8)).toEqual([
      'serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory',
      'secureClientPort=2281',
      'secureClientPortAddress=127.0.0.1',
      'ssl.keyStore.location=/ks.pem',
      'ssl.keyStore.type=PEM',
      'ssl.trustStore.location=/ts.pem',
      'ssl.trustStore.type=PEM',
      'ssl.clientAuth=need',
    ]);
    expect(renderConfiguration({ ...BASE, secure: { ...secure, clientAuth: 'none' } }, '/data')).toContain(
      'ssl.clientAuth=none\n',
    );
  });

  it('lists the members of an ensemble, with limits in ticks', () => {
    const members = [
      { id: 1, quorumPort: 11, electionPort: 12 },
      { id: 2, quorumPort: 21, electionPort: 22 },
    ];
    expect(linesOf(renderConfiguration({ ...BASE, quorum: { id: 1, members } }, '/data')).slice(-4)).toEqual([
      'initLimit=50',
      'syncLimit=10',
      'server.1=127.0.0.1:11:12',
      'server.2=127.0.0.1:21:22',
    ]);
  });
});
