// Compiles TypeScript to CommonJS for jest. It does not check types, which `npm run typecheck` does.
const {createHash} = require('node:crypto');
const {readFileSync} = require('node:fs');
const {transformSync, version} = require('esbuild');

const OPTIONS = {
  loader: 'ts',
  format: 'cjs',
  target: 'es2022',
  supported: {'dynamic-import': false},
  sourcemap: 'both',
  sourcesContent: false,
};

/** Part of the key of a cached result, beside the text of the file. */
const CONFIG = [version, JSON.stringify(OPTIONS), readFileSync(__filename, 'utf8')].join('\n');

module.exports = {
  process: (text, path) => {
    const {code, map} = transformSync(text, {...OPTIONS, sourcefile: path});
    return {code, map};
  },
  getCacheKey: (text, path) =>
    createHash('sha1').update(CONFIG).update('\0').update(path).update('\0').update(text).digest('hex'),
};
