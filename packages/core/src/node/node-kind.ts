/** `ephemeral` goes with the session that made it; `persistent` stays until it is removed. */
export type NodeKind = 'ephemeral' | 'persistent';
