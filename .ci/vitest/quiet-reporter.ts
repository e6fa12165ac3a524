import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { Writable } from 'node:stream';
import { DefaultReporter, type TestModule, type Vitest } from 'vitest/node';

/** One line for each test file; everything about failures; at the end the CPU time of each package. */
export default class QuietReporter extends DefaultReporter {
  readonly #cpuSeconds = new Map<string, number>();
  /** Output of workers and of programs that tests start, which belongs to no test. */
  readonly #strayOutput: Buffer[] = [];

  override onInit(vitest: Vitest): void {
    super.onInit(vitest);
    const keep = new Writable({
      write: (chunk, _encoding, done) => {
        this.#strayOutput.push(chunk);
        done();
      },
    });
    // Workers write to these two streams, reporters to others.
    Object.assign(vitest.logger, { outputStream: keep, errorStream: keep });
  }

  override onUserConsoleLog(...[log, state]: Parameters<DefaultReporter['onUserConsoleLog']>): void {
    if (this.shouldLog(log, state)) this.log(log.content.trimEnd());
  }

  override printTestModule(testModule: TestModule): void {
    const { name } = testModule.project;
    const sofar = this.#cpuSeconds.get(name) ?? 0;
    this.#cpuSeconds.set(name, sofar + (testModule.meta().cpuSeconds ?? 0));
    super.printTestModule(testModule);
  }

  /** Prints no line for a slow test. */
  override printTestCase(...[moduleState, test]: Parameters<DefaultReporter['printTestCase']>): void {
    if (test.result().state === 'failed') super.printTestCase(moduleState, test);
  }

  override reportTestSummary(...args: Parameters<DefaultReporter['reportTestSummary']>): void {
    super.reportTestSummary(...args);
    const [files] = args;
    if (this.#strayOutput.length > 0 && files.some(({ result }) => result?.state === 'fail')) {
      this.log(`Output of programs that tests started:\n${Buffer.concat(this.#strayOutput)}`);
    }
    this.#reportCpuTime();
  }

  #reportCpuTime(): void {
    const { user, system } = process.cpuUsage();
    const rows = [...this.#cpuSeconds, ['vitest itself', (user + system) / 1e6] as const];
    const total = rows.reduce((sum, [, seconds]) => sum + seconds, 0);
    const list = rows.map(([name, seconds]) => `${name} ${seconds.toFixed(0)}`).join(', ');
    this.log(`    CPU time  ${total.toFixed(0)} s (${list})\n`);
    const { NDSR_CPU_SECONDS: file } = env;
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(Object.fromEntries(rows), undefined, 2)}\n`);
  }
}
