/** `ephemeral` ends with the session that created it; `persistent` stays until it is removed. */
export type NodeKind = 'ephemeral' | 'persistent';
