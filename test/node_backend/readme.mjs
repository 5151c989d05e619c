// Runs the README's programs for tfjs-node, which scripts/setup_node has set up here.
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {codeBlocks, isProgram, placeOf} from '../package/readme.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Returns {suite, passed, failed, skipped, seconds}; a README without such a program is a failure. */
export function runReadme(node = process.execPath) {
  const started = performance.now();
  const blocks = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8')).filter(
    block => isProgram(block) && placeOf(block) === 'tfjs-node',
  );
  const isBad = ({line, code}) => {
    // In the package's folder its name means itself.
    const {status, stderr, stdout} = spawnSync(node, ['--input-type=module'], {
      cwd: root,
      input: code,
      encoding: 'utf8',
      timeout: 300_000,
    });
    const isRight = status === 0 && stdout.includes('tensorflow');
    if (!isRight) console.log(`PROBLEM README.md line ${line} ended with ${status}: ${(stderr + stdout).slice(-2000)}`);
    return !isRight;
  };
  const failed = blocks.filter(isBad).length;
  return {
    suite: 'README on tfjs-node',
    passed: blocks.length - failed,
    failed: blocks.length > 0 ? failed : 1,
    skipped: 0,
    seconds: (performance.now() - started) / 1000,
  };
}
