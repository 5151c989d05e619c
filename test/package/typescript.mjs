// Compilers that users have, and their settings that decide how the types of the package are found.

const MODULES = [
  {file: 'module.mts', module: 'node16', moduleResolution: 'node16'},
  {file: 'common.cts', module: 'node16', moduleResolution: 'node16'},
  {file: 'module.mts', module: 'nodenext', moduleResolution: 'nodenext'},
  {file: 'common.cts', module: 'nodenext', moduleResolution: 'nodenext'},
  {file: 'bundled.ts', module: 'esnext', moduleResolution: 'bundler'},
];

const CLASSIC = {file: 'classic.ts', module: 'commonjs', moduleResolution: 'node10'};

/** Each with its version in npm; the last one has no node10 any more. */
export const COMPILERS = [
  {title: 'TypeScript 5', version: '5.9.3', settings: [...MODULES, CLASSIC]},
  {title: 'TypeScript 6', version: '6.0.3', settings: [...MODULES, {...CLASSIC, ignoreDeprecations: '6.0'}]},
  {title: 'TypeScript 7', version: '7.0.2', settings: MODULES},
];

/** Packages of npm that a folder gets them from, side by side. */
export const packageOf = ({version}) => `typescript-${version}@npm:typescript@${version}`;

/** Where the compiler lies below a folder that has them. */
export const pathOf = ({version}) => `node_modules/typescript-${version}/bin/tsc`;
