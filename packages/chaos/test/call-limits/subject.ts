import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { FakeClock } from '@ndsr/test-support';

/** The answer to a request: `sound` executes and answers it, `silence` never answers, any other value is the name of the error. */
export type Answer = 'sound' | 'silence' | (string & {});

/** A script of answers, one for each request in order; later requests get `rest`. */
export interface Answers {
  readonly first: readonly Answer[];
  readonly rest: Answer;
}

/** Options of a registry on fake servers; answers are sound until a test changes them. */
export interface SubjectOptions extends RegistryOptions {
  readonly clock: FakeClock;
}

/** A registry on fake servers, and the faults that a test injects. */
export interface Subject {
  readonly registry: ServiceRegistry;
  /** From now on requests are answered by this script. */
  answer(answers: Answers): void;
  goDown(): void;
  comeBack(): void;
  /** The servers expire the session, if there is one. */
  expire(): void;
}

/** The answers of a script, one after the other. */
export class AnswerScript {
  #answers: Answers = { first: [], rest: 'sound' };
  #requests = 0;

  start(answers: Answers): void {
    this.#answers = answers;
    this.#requests = 0;
  }

  next(): Answer {
    const answer = this.#answers.first[this.#requests] ?? this.#answers.rest;
    this.#requests += 1;
    return answer;
  }
}
