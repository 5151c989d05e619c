// What a run of tfjs-core's specs by jasmine gives, in Node and in pages.

/**
 * How many convolution specs tfjs-core 4.22.0 ships: 238 that run kernels and 61 of its conv_util. Another number means
 * that some were lost or added unseen.
 */
const EXPECTED_SPECS = 299;

const messages = ({failedExpectations}) => failedExpectations.map(({message}) => message.slice(0, 500));

/** An empty report, and the jasmine reporter that fills it. */
export function jasmineReport() {
  const report = {passed: 0, failed: 0, skipped: 0, failures: [], problems: [], note: '', finished: false};
  const reporter = {
    specDone(spec) {
      if (spec.status === 'passed') report.passed++;
      else if (spec.status === 'failed') {
        report.failed++;
        report.failures.push({name: spec.fullName, messages: messages(spec)});
      } else report.skipped++;
      const done = report.passed + report.failed + report.skipped;
      if (done % 50 === 0) console.log(`  ${done} specs, ${report.failed} failed`);
    },
    suiteDone(suite) {
      report.problems.push(...messages(suite).map(message => `${suite.fullName}: ${message}`));
    },
    jasmineDone({failedExpectations, overallStatus, incompleteReason}) {
      report.problems.push(...messages({failedExpectations}));
      if (overallStatus === 'incomplete') report.problems.push(incompleteReason);
      report.finished = true;
    },
  };
  return {report, reporter};
}

/**
 * Takes specs for passed that expect an error which there is no more, as `lifted` names them: TensorFlow.js refuses what
 * ours compute. One that still passes is a problem.
 */
export function settle(report, lifted) {
  const isLifted = (pattern, {name, messages: [message, ...more]}) =>
    pattern.test(name) && message === 'Expected function to throw an Error.' && more.length === 0;
  for (const pattern of lifted) {
    const [found] = report.failures.filter(failure => isLifted(pattern, failure));
    if (found === undefined) {
      report.problems.push(`no spec ${pattern} has failed for want of an error`);
      continue;
    }
    report.failures = report.failures.filter(failure => failure !== found);
    report.failed--;
    report.passed++;
  }
}

/** What speaks against a report that has come back. */
export function incomplete({passed, failed, skipped, finished}) {
  const specs = passed + failed + skipped;
  return [
    ...(finished ? [] : ['jasmine did not finish']),
    ...(specs === EXPECTED_SPECS ? [] : [`${specs} specs, expected ${EXPECTED_SPECS}`]),
  ];
}
