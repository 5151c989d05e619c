// Runs one bundled mode under jasmine and writes a JSON report: node child.mjs BUNDLE REPORT
import Jasmine from 'jasmine';
import {writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const [bundle, reportFile] = process.argv.slice(2);
const report = {passed: 0, failed: 0, skipped: 0, failures: [], problems: [], note: '', finished: false};
const save = () => writeFileSync(reportFile, JSON.stringify(report));

const runner = new Jasmine(); // installs describe, it, expect, which the bundle needs while it is loaded
runner.exitOnCompletion = false;
runner.jasmine.DEFAULT_TIMEOUT_INTERVAL = 20000;
runner.randomizeTests(false);
runner.clearReporters();
const messages = ({failedExpectations}) => failedExpectations.map(({message}) => message.slice(0, 500));
runner.addReporter({
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
    report.problems.push(...messages(suite).map((message) => `${suite.fullName}: ${message}`));
  },
  jasmineDone({failedExpectations, overallStatus, incompleteReason}) {
    report.problems.push(...messages({failedExpectations}));
    if (overallStatus === 'incomplete') report.problems.push(incompleteReason);
    report.finished = true;
  },
});

const mode = createRequire(import.meta.url)(bundle);
await runner.execute();
const {problems, note} = mode.verify();
report.problems.push(...problems);
report.note = note;
save();
