// Whether a version can be released: node scripts/release.mjs [v1.2.3], by default the one of package.json.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = path => readFileSync(root + path, 'utf8');

const {version, repository} = JSON.parse(read('package.json'));
const tag = process.argv[2] ?? `v${version}`;

/** What has to be so before `npm publish --provenance`, and what is wrong where it is not. */
const RULES = [
  [tag === `v${version}`, `the tag is ${tag}, the version of package.json ${version}`],
  [read('src/doctor/version.ts').includes(`'${version}'`), `src/doctor/version.ts does not say ${version}`],
  [
    new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(read('CHANGELOG.md')),
    `CHANGELOG.md has no line '## [${version}] - YYYY-MM-DD'`,
  ],
  [
    /^## \[Unreleased\]\s*## \[/m.test(read('CHANGELOG.md')),
    'CHANGELOG.md has entries under [Unreleased], which belong to the version',
  ],
  [repository !== undefined, 'package.json has no repository, which npm compares with where the package was built'],
];

const wrong = RULES.filter(([isSo]) => !isSo).map(([, text]) => text);
for (const text of wrong) console.log(`not to be released: ${text}`);
if (wrong.length > 0) process.exitCode = 1;
else console.log(`${tag} can be released`);
