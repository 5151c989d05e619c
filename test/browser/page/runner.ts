// Runs test files that are written for jest with the parts of Vitest that need no Node.
import {afterAll, afterEach, beforeAll, beforeEach, describe, startTests, test} from '@vitest/runner';
import type {Task, Test, VitestRunner} from '@vitest/runner';
import {chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend} from '@vitest/expect';
import {fn, restoreAllMocks, spyOn} from '@vitest/spy';
import type {Report} from './report.js';

/** The names that jest gives a test file. */
export function installGlobals(): void {
  [JestExtend, JestChaiExpect, JestAsymmetricMatchers].forEach(plugin => chai.use(plugin));
  Object.assign(globalThis, {
    describe,
    test,
    it: test,
    beforeAll,
    beforeEach,
    afterAll,
    afterEach,
    expect: chai.expect,
    jest: {fn, restoreAllMocks, spyOn},
  });
}

/** Only for what never ends; the harness has a limit for a page as a whole. */
const TIMEOUT_MS = 24 * 60 * 60 * 1000;
/** A line of progress after as many tests. */
const PROGRESS = 200;

function runnerOf(grep: string): VitestRunner {
  let done = 0;
  return {
    config: {
      root: '/',
      setupFiles: [],
      name: undefined,
      passWithNoTests: false,
      testNamePattern: grep === '' ? undefined : new RegExp(grep),
      allowOnly: false,
      sequence: {seed: 0, hooks: 'list', setupFiles: 'list'},
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: TIMEOUT_MS,
      hookTimeout: TIMEOUT_MS,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
    importFile: path => import(path),
    onTaskFinished: () => {
      if (++done % PROGRESS === 0) console.log(`${done} tests`);
    },
  };
}

const testsOf = (task: Task): Test[] => (task.type === 'test' ? [task] : task.tasks.flatMap(testsOf));

const suitesOf = (task: Task): Task[] => (task.type === 'test' ? [] : [task, ...task.tasks.flatMap(suitesOf)]);

/** Of errors and of what caused them, which for a property is the failed expectation. */
const messagesOf = ({result}: Task): string[] =>
  (result?.errors ?? [])
    .flatMap(({message, cause}) => [message, ...(cause ? [cause.message] : [])])
    .map(text => text.slice(0, 1000));

/** Runs the test file at a path: those tests whose full name matches `grep`. */
export async function runFile(path: string, grep: string): Promise<Report> {
  const files = await startTests([path], runnerOf(grep));
  const tests = files.flatMap(testsOf);
  const inState = (state: string): Test[] => tests.filter(({result}) => result?.state === state);
  const [passed, failed] = [inState('pass'), inState('fail')];
  const skipped = grep === '' ? tests.length - passed.length - failed.length : 0;
  const failures = failed.map(one => ({name: one.fullTestName, messages: messagesOf(one)}));
  const problems = files.flatMap(suitesOf).flatMap(messagesOf);
  return {passed: passed.length, failed: failed.length, skipped, failures, problems, note: ''};
}
