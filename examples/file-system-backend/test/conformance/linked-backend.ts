import type { ConnectionObserver } from '@ndsr/core/backend';
import { FileSystemBackend } from '../../src/index.js';

/** Records its session, so that a case can end it. */
export class LinkedBackend extends FileSystemBackend {
  /** In the format of the session's file name. */
  sessionId: string | undefined;

  override connect(observer: ConnectionObserver): void {
    super.connect((event) => {
      if (event.type === 'connected') this.sessionId = event.session.id.toString(16).padStart(16, '0');
      observer(event);
    });
  }
}
