import { ServiceRegistry } from '@ndsr/core';
import type { BackendContext, RegistryBackend } from '@ndsr/core/backend';
import { errorNumbers, parseServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import { FakeZooKeeper } from '@ndsr/zookeeper-testing/fake';
import { type Answer, AnswerScript, type Subject, type SubjectOptions } from './subject.js';

/** The servers' error numbers as text, and two unknown ones. */
export const zooKeeperErrors = [...Object.values(errorNumbers), -1, -999].map(String);

/** The registry of both bindings, on a fake client. */
class FakeZooKeeperRegistry extends ServiceRegistry {
  readonly zooKeeper = new FakeZooKeeper();

  constructor(options: SubjectOptions) {
    super(options);
  }

  protected override createBackend(context: BackendContext): RegistryBackend {
    return new ZooKeeperBackend({
      name: 'zookeeper-fake',
      serverList: parseServerList('fake'),
      createClient: (options) => this.zooKeeper.createClient(options),
      context,
      atomicReplace: true,
      atomicCreateAndRemove: true,
      recursiveWatches: true,
      letsProcessEnd: true,
    });
  }
}

export function openZooKeeperSubject(options: SubjectOptions): Subject {
  const registry = new FakeZooKeeperRegistry(options);
  const { zooKeeper } = registry;
  const script = new AnswerScript();
  const answers = new WeakMap<object, Answer>();
  // Every rule is called for the same request, which has one answer.
  const answerTo = (request: object): Answer => {
    const answer = answers.get(request) ?? script.next();
    answers.set(request, answer);
    return answer;
  };
  zooKeeper.hang((request) => answerTo(request) === 'silence');
  for (const number of zooKeeperErrors) zooKeeper.refuse(Number(number), (request) => answerTo(request) === number);
  return {
    registry,
    answer: (next) => script.start(next),
    goDown: () => zooKeeper.goDown(),
    comeBack: () => zooKeeper.comeBack(),
    expire: () => {
      const client = zooKeeper.clients.at(-1);
      if (client !== undefined) zooKeeper.expire(client);
    },
  };
}
