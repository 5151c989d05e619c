// Runs the tests of one page.

/** Only for what never ends; the long set of tests takes hours. */
const LIMIT_MS = (process.env.TFJS_CONV_TEST_LONG === '1' ? 24 : 1) * 60 * 60 * 1000;

/** @throws when the promise takes too long. */
function withLimit(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const addressOf = ({page: {backend, isolated, flags}, file, isUpstream}, grep) => {
  const query = new URLSearchParams({
    ...(isUpstream ? {mode: backend} : {backend, file, grep}),
    ...(flags && {tfjsflags: flags}),
  });
  return `${isolated ? '/isolated' : '/page'}/${isUpstream ? 'upstream' : 'tests'}.html?${query}`;
};

/**
 * Opens a page in a browser context of its own, runs its tests and returns their report. What goes wrong beside them is
 * among the problems.
 */
export async function runPage(browser, server, job, grep) {
  const context = await browser.newContext();
  const errors = [];
  try {
    const page = await context.newPage();
    page.on('console', message => {
      if (message.type() === 'error') errors.push(message.text());
      else if (message.type() === 'log') console.log(`  ${job.page.name} ${job.file}: ${message.text().trim()}`);
    });
    page.on('pageerror', error => errors.push(error.message));
    const crashed = new Promise((_, reject) => page.on('crash', () => reject(new Error('the page crashed'))));
    await page.goto(server + addressOf(job, grep));
    const report = page.evaluate(async isolated => {
      if (globalThis.crossOriginIsolated !== isolated) throw new Error(`crossOriginIsolated is not ${isolated}`);
      return await globalThis.tfjsConvRun();
    }, job.page.isolated);
    return await withLimit(Promise.race([report, crashed]));
  } catch (error) {
    return {passed: 0, failed: 0, skipped: 0, failures: [], problems: [error.message, ...errors.slice(0, 5)], note: ''};
  } finally {
    await context.close();
  }
}
