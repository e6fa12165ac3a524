import { ClientUnderTest, type Connected, Recorder } from '@ndsr/client-tests';
import { createZooKeeperJsClient } from '../../src/zookeeper-js-client.js';

export { type Connected, Recorder };

const subject = new ClientUnderTest(createZooKeeperJsClient);

/** A client that is closed at the end of the test. */
export const makeClient: ClientUnderTest['makeClient'] = subject.makeClient;
/** The same, once it is connected. */
export const connected: ClientUnderTest['connected'] = subject.connected;
