/** A part of the node that must be read. */
export type PendingRead =
  | { readonly what: 'self' }
  | { readonly what: 'names' }
  | { readonly what: 'child'; readonly name: string };
