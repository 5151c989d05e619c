// What a page of tfjs-core's specs does: it runs one mode of test/upstream, which its address names. The scripts of
// jasmine, which run before this one, define its globals.
import {incomplete, jasmineReport, settle} from '../../upstream/report.mjs';

const mode = new URLSearchParams(location.search).get('mode') ?? '';
/** Only for a spec that never ends. */
const TIMEOUT_MS = 60 * 60 * 1000;

globalThis.tfjsConvRun = async () => {
  const {report, reporter} = jasmineReport();
  jasmine.DEFAULT_TIMEOUT_INTERVAL = TIMEOUT_MS;
  const env = jasmine.getEnv();
  env.configure({random: false});
  env.clearReporters();
  env.addReporter(reporter);
  const {verify} = await import(`/tests/upstream/${mode}.js`);
  await env.execute();
  const {problems, note, lifted = []} = verify();
  settle(report, lifted);
  return {...report, note, problems: [...report.problems, ...problems, ...incomplete(report)]};
};
