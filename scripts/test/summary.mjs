// What `npm test` prints at its end.

const COLUMNS = ['suite', 'passed', 'failed', 'skipped', 'seconds'];
const SLOWEST = 10;

/** Lines of a table: the first column flush left, the others flush right. */
function lines(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join('  '),
  );
}

/** A table of the suites, the slowest files, the time of it all, and as the last line the sums. */
export function summary(reports, seconds) {
  const sum = column => reports.reduce((total, report) => total + report[column], 0);
  const suites = reports.map(report =>
    COLUMNS.map(column => (column === 'seconds' ? report.seconds.toFixed(1) : String(report[column]))),
  );
  const slowest = reports
    .flatMap(({files = []}) => files)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(file => [file.name, file.seconds.toFixed(1)]);
  return [
    '',
    ...lines([COLUMNS, ...suites]),
    '',
    ...lines([['slowest files', 'seconds'], ...slowest]),
    '',
    `all together ${seconds.toFixed(0)} s`,
    `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`,
  ].join('\n');
}
