import type {Case} from './case.js';
import {composedCases} from './composed.js';
import {conv1dCases} from './conv1d.js';
import {conv2dCases} from './conv2d.js';
import {conv3dCases} from './conv3d.js';
import {depthwiseCases} from './depthwise.js';
import {epilogueCases} from './epilogue.js';
import {lineCases} from './lines.js';
import {sparseCases} from './sparse.js';
import {tileCases} from './tiles.js';
import {transposeCases} from './transpose.js';
import {winogradCases} from './winograd.js';

export type {Case, CaseOptions, OpName} from './case.js';

/** Every case, for every backend and variant. */
export const CASES: readonly Case[] = [
  ...conv1dCases,
  ...conv2dCases,
  ...conv3dCases,
  ...depthwiseCases,
  ...transposeCases,
  ...composedCases,
  ...epilogueCases,
  ...sparseCases,
  ...tileCases,
  ...winogradCases,
  ...lineCases,
];

/** What messages call a case. */
export const titleOf = ({op, name}: Case): string => `${op}: ${name}`;

const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** About how long a case takes: elements of x times those of the filter. */
export const costOf = ({x, filters}: Case): number => elements(x) * Math.max(...filters.map(elements));
