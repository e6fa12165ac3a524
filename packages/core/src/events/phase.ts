/**
 * Where the connection stands: `idle` before the first call; `connecting`; `connected`; `suspended` (it broke: data are kept,
 * locks are not to be trusted); `lost` (the session is over, ephemeral nodes and locks with it); `stopped`.
 */
export type Phase = 'idle' | 'connecting' | 'connected' | 'suspended' | 'lost' | 'stopped';
