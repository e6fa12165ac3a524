/** One way through a connection. */
export type Direction = 'to-server' | 'to-client';

/** What a proxy does to its connections until it is told otherwise. */
export type ProxyFault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'stall'; readonly direction: Direction | 'both' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'cut-mid-frame'; readonly direction: Direction; readonly afterBytes: number }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'accept-and-drop' };

/** What one lane of a connection does with the bytes that arrive. */
export type PipeRule =
  | { readonly kind: 'flow'; readonly delayMs: number }
  | { readonly kind: 'hold' }
  | { readonly kind: 'cut'; readonly afterBytes: number };

const FLOW: PipeRule = { kind: 'flow', delayMs: 0 };
const HOLD: PipeRule = { kind: 'hold' };

/** What `fault` means for the lane that goes in `direction`. */
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
    // Connections do not live under these two; what is still under way goes nowhere.
    case 'refuse':
    case 'accept-and-drop':
      return HOLD;
  }
}
