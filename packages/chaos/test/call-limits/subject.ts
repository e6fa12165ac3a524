import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import type { ManualClock } from './manual-clock.js';

/** What becomes of a request: it is carried out and answered, never answered, or refused with the error of that name. */
export type Answer = 'sound' | 'silence' | (string & {});

/** A script of answers, one for each request in its order; what follows them gets the `rest`. */
export interface Answers {
  readonly first: readonly Answer[];
  readonly rest: Answer;
}

/** How a registry on fake servers is opened; its answers are sound until a test says otherwise. */
export interface SubjectOptions extends RegistryOptions {
  readonly clock: ManualClock;
}

/** A registry on fake servers, and what a test does to them. */
export interface Subject {
  readonly registry: ServiceRegistry;
  /** From now on requests are answered like that. */
  answer(answers: Answers): void;
  goDown(): void;
  comeBack(): void;
  /** The servers end the session. Nothing where there is none. */
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
