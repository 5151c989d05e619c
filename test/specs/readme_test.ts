import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';

const read = (path: string) => readFileSync(resolve(__dirname, '../..', path), 'utf8');

/** Commands of the README that continuous integration does not run as they stand. */
const NOT_RUN: ReadonlyMap<string, string> = new Map([
  [
    'npm install tfjs-conv @tensorflow/tfjs-core',
    'check:package installs the packed tarball instead, in an empty folder',
  ],
  ['npm install tfjs-conv @tensorflow/tfjs', 'as above'],
  ['npm install tfjs-conv', 'as above'],
  ['npm run playground', 'serves until it is stopped; the suite playground of npm test builds the page and opens it'],
  ['npm run bench', 'takes minutes, and its figures mean nothing on a shared machine'],
  ['npm run bench:node', 'as above'],
  ['npm run bench:browser', 'as above'],
]);

/** Lines of the ```sh blocks, without comments. */
function shellLines(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block]) => block.split('\n'))
    .map(line => line.replace(/\s+#.*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}

describe('README.md', () => {
  const commands = shellLines(read('README.md'));
  const ci = read('.ci/run');

  it('has commands, among them the two that a reader starts with', () => {
    expect(commands).toEqual(expect.arrayContaining(['npm ci && npm start', 'npm cit']));
  });

  it.each(commands)('.ci/run runs `%s`, or a reason says why not', command => {
    const runs = ci.split('\n').some(line => line.startsWith('step ') && line.endsWith(`'${command}'`));
    expect({command, covered: runs || NOT_RUN.has(command)}).toEqual({command, covered: true});
  });

  it('no command is excused that runs after all', () => {
    for (const command of NOT_RUN.keys()) expect(ci).not.toContain(`'${command}'`);
  });
});
