import { describe, expect, it } from 'vitest';
import { type ProxyFault, pipeRule } from '../../src/proxy/proxy-fault.js';

const FLOW = { kind: 'flow', delayMs: 0 };
const HOLD = { kind: 'hold' };

describe('pipeRule', () => {
  it.each<[fault: ProxyFault, toServer: object, toClient: object]>([
    [{ kind: 'pass' }, FLOW, FLOW],
    [{ kind: 'stall', direction: 'both' }, HOLD, HOLD],
    [{ kind: 'stall', direction: 'to-server' }, HOLD, FLOW],
    [{ kind: 'stall', direction: 'to-client' }, FLOW, HOLD],
    [
      { kind: 'delay', delayMs: 5 },
      { kind: 'flow', delayMs: 5 },
      { kind: 'flow', delayMs: 5 },
    ],
    [{ kind: 'cut-mid-frame', direction: 'to-client', afterBytes: 6 }, FLOW, { kind: 'cut', afterBytes: 6 }],
    [{ kind: 'cut-mid-frame', direction: 'to-server', afterBytes: 6 }, { kind: 'cut', afterBytes: 6 }, FLOW],
    [{ kind: 'refuse' }, HOLD, HOLD],
    [{ kind: 'accept-and-drop' }, HOLD, HOLD],
  ])('%o', (fault, toServer, toClient) => {
    expect(pipeRule(fault, 'to-server')).toEqual(toServer);
    expect(pipeRule(fault, 'to-client')).toEqual(toClient);
  });
});
