/**
 * The state of the connection: `idle` before the first call; `connecting`; `connected`; `suspended` (it broke: data is
 * kept, locks cannot be trusted); `lost` (the session has expired, and ephemeral nodes and locks with it); `stopped`.
 */
export type Phase = 'idle' | 'connecting' | 'connected' | 'suspended' | 'lost' | 'stopped';

/** Called with `true` while there is a connection and `false` otherwise: immediately, then after each change. */
export type StateCallback = (connected: boolean) => unknown;
