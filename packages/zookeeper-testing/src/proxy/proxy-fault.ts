/** One direction of a connection. */
export type Direction = 'to-server' | 'to-client';

/** The effect of a proxy on its connections until the next fault. */
export type ProxyFault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'stall'; readonly direction: Direction | 'both' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'cut-mid-frame'; readonly direction: Direction; readonly afterBytes: number }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'accept-and-drop' };

/** How one pipe of a connection treats arriving bytes. */
export type PipeRule =
  | { readonly kind: 'flow'; readonly delayMs: number }
  | { readonly kind: 'hold' }
  | { readonly kind: 'cut'; readonly afterBytes: number };

const FLOW: PipeRule = { kind: 'flow', delayMs: 0 };
const HOLD: PipeRule = { kind: 'hold' };

/** Returns the rule of the pipe in `direction` under `fault`. */
export function pipeRule(fault: ProxyFault, direction: Direction): PipeRule {
  switch (fault.kind) {
    case 'stall':
      return fault.direction === 'both' || fault.direction === direction ? HOLD : FLOW;
    case 'delay':
      return { kind: 'flow', delayMs: fault.delayMs };
    case 'cut-mid-frame':
      return fault.direction === direction ? { kind: 'cut', afterBytes: fault.afterBytes } : FLOW;
    case 'pass':
      return FLOW;
    // These two end all connections; data in flight is dropped.
    case 'refuse':
    case 'accept-and-drop':
      return HOLD;
  }
}
