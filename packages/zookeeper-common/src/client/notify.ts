import type { ClientEvent, ClientObserver } from './zookeeper-client.js';

/** Calls an observer. One that throws must not disturb the client, which may be in the middle of its work: its error is a fault. */
export function notify(observer: ClientObserver, event: ClientEvent): void {
  try {
    observer(event);
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    if (event.type === 'fault') process.emitWarning(fault);
    else notify(observer, { type: 'fault', error: fault });
  }
}
