import {PRELUDE} from '../../kernels/webgl/glsl/prelude.js';
import {WEBGL_SOURCES} from '../support/webgl_sources.js';

/*
 * What the programs of kernels/webgl say, so that a review shows what a change of their generators does. A page compiles
 * the same list (browser/webgl_shaders_test.ts).
 */

/** Without what all of them begin with, and without empty lines. */
const readable = (source: string): string =>
  `\n${source
    .replace(PRELUDE, '')
    .replace(/\s*\n+/g, '\n')
    .trim()}\n`;

describe('sources of WebGL programs', () => {
  test('what all of them begin with', () => expect(PRELUDE).toMatchSnapshot());

  test.each(Object.entries(WEBGL_SOURCES))('%s', (_, source) => {
    expect(source.startsWith(PRELUDE)).toBe(true);
    expect(readable(source)).toMatchSnapshot();
  });

  test('are all different', () => {
    const sources = Object.values(WEBGL_SOURCES);
    expect(new Set(sources).size).toBe(sources.length);
  });
});
