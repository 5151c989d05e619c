// The code blocks of README.md that are programs: they begin with an import (or a require).

/** Returns [{language, line, code}] of the js and ts blocks. */
export function codeBlocks(markdown) {
  const blocks = [];
  let open;
  markdown.split('\n').forEach((text, index) => {
    const fence = /^```(\w*)/.exec(text);
    if (!fence) open?.lines.push(text);
    else if (open) {
      blocks.push({language: open.language, line: open.line, code: `${open.lines.join('\n')}\n`});
      open = undefined;
    } else open = {language: fence[1], line: index + 1, lines: []};
  });
  return blocks.filter(({language}) => ['js', 'ts'].includes(language));
}

export const isProgram = ({code}) =>
  /^\s*((\/\/.*|\/\*[\s\S]*?\*\/)\s*)*(import\s|(const|let|var)\s[^=]+=\s*require\()/.test(code);

export const isCommonJs = ({code}) => /=\s*require\(/.test(code) && !/^import\s/m.test(code);

/** Names of the packages that the code imports, without subpaths. */
export const packagesOf = code =>
  [...code.matchAll(/(?:from|import|require\()\s*['"]((?:@[^/'"]+\/)?[^./'"][^/'"]*)/g)]
    .map(([, name]) => name)
    .filter(name => !name.startsWith('node:'));

/** Where a program runs: what it imports says so, otherwise in Node, on the backends that need nothing. */
const PLACES = {'tfjs-conv/webgl': 'page', '@tensorflow/tfjs-node': 'tfjs-node'};

export const placeOf = ({code}) => Object.entries(PLACES).find(([name]) => code.includes(`'${name}'`))?.[1] ?? 'node';
