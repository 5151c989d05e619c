// The files that say a version, and whether it can be released:
//   node scripts/release.mjs prepare         what `npm version` runs: they say the version of package.json, and today's date
//   node scripts/release.mjs check v1.2.3    whether the tag can be published
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const read = path => readFileSync(join(process.cwd(), path), 'utf8');
const write = (path, text) => writeFileSync(join(process.cwd(), path), text);

const [CHANGELOG, VERSION_FILE] = ['CHANGELOG.md', 'src/doctor/version.ts'];
const UNRELEASED = '## [Unreleased]\n';

const {version} = JSON.parse(read('package.json'));

/** What was not released belongs to this version, from today on. */
function prepare() {
  const changelog = read(CHANGELOG);
  if (!changelog.includes(UNRELEASED)) throw new Error(`${CHANGELOG} has no line ${UNRELEASED.trim()}`);
  if (changelog.includes(`## [${version}]`)) throw new Error(`${CHANGELOG} has a version ${version} already`);
  const today = new Date().toISOString().slice(0, 10);
  write(CHANGELOG, changelog.replace(UNRELEASED, `${UNRELEASED}\n## [${version}] - ${today}\n`));
  write(VERSION_FILE, read(VERSION_FILE).replace(/'[^']*'/, `'${version}'`));
}

/** Prints what is wrong. */
function check(tag) {
  const changelog = read(CHANGELOG);
  const heading = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm');
  const rules = [
    [tag === `v${version}`, `the tag is ${tag}, the version of package.json ${version}`],
    [read(VERSION_FILE).includes(`'${version}'`), `${VERSION_FILE} does not say ${version}`],
    [heading.test(changelog), `${CHANGELOG} has no line '## [${version}] - YYYY-MM-DD'`],
    [/^## \[Unreleased\]\s*## \[/m.test(changelog), `${CHANGELOG} has entries that belong to no version`],
  ];
  const wrong = rules.filter(([isSo]) => !isSo).map(([, text]) => text);
  for (const text of wrong) console.log(`not to be released: ${text}`);
  if (wrong.length > 0) process.exitCode = 1;
  else console.log(`${tag} can be released`);
}

const [command, tag = `v${version}`] = process.argv.slice(2);
if (command === 'prepare') prepare();
else if (command === 'check') check(tag);
else throw new Error('node scripts/release.mjs prepare, or check [TAG]');
