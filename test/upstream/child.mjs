// Runs one bundled mode under jasmine and writes a JSON report: node child.mjs BUNDLE REPORT
import Jasmine from 'jasmine';
import {writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {jasmineReport, settle} from './report.mjs';

const [bundle, reportFile] = process.argv.slice(2);
const {report, reporter} = jasmineReport();

const runner = new Jasmine(); // installs describe, it, expect, which the bundle needs while it is loaded
runner.exitOnCompletion = false;
runner.jasmine.DEFAULT_TIMEOUT_INTERVAL = 60 * 60 * 1000; // only for a spec that never ends
runner.randomizeTests(false);
runner.clearReporters();
runner.addReporter(reporter);

const mode = createRequire(import.meta.url)(bundle);
await runner.execute();
const {problems, note, lifted = []} = mode.verify();
settle(report, lifted);
report.problems.push(...problems);
report.note = note;
writeFileSync(reportFile, JSON.stringify(report));
