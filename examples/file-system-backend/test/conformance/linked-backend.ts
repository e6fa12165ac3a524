import type { ConnectionObserver } from '@ndsr/core/backend';
import { FileSystemBackend } from '../../src/index.js';

/** Knows the session that it has, so that a case can end it. */
export class LinkedBackend extends FileSystemBackend {
  /** As in the name of the session's file. */
  sessionId: string | undefined;

  override connect(observer: ConnectionObserver): void {
    super.connect((event) => {
      if (event.type === 'connected') this.sessionId = event.session.id.toString(16).padStart(16, '0');
      observer(event);
    });
  }
}
