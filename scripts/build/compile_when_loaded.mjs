/*
 * V8 parses a function twice: when its file is loaded, to find where it ends, and again at its first call, when it is
 * compiled. A function expression in parentheses it compiles at once (https://v8.dev/blog/preparser, 'PIFEs'). The
 * functions that every first prediction runs are written so: loading takes no longer for it, and a first prediction less.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import ts from 'typescript';

const PROGRAM = fileURLToPath(new URL('first_calls.mjs', import.meta.url));

/** Functions that a first prediction runs: where they begin and end, by the address of their file. */
function calledFunctions(load) {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-conv-build-'));
  try {
    const env = {...process.env, NODE_V8_COVERAGE: folder, TFJS_CONV_THREADS: '1'};
    const {status, stderr} = spawnSync(process.execPath, [PROGRAM, load], {env, encoding: 'utf8'});
    if (status !== 0) throw new Error(`build: a first prediction by ${load} failed: ${stderr}`);
    const scripts = readdirSync(folder).flatMap(name => JSON.parse(readFileSync(join(folder, name), 'utf8')).result);
    return new Map(
      scripts.map(({url, functions}) => [
        url,
        new Set(
          functions
            .filter(({ranges: [whole]}) => whole.count > 0)
            .map(({ranges: [{startOffset, endOffset}]}) => `${startOffset} ${endOffset}`),
        ),
      ]),
    );
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** An arrow function of the top level, which has no `this`, as a function expression: V8 compiles no arrow early. */
function functionOf({parameters, body}) {
  const list = parameters.map(parameter => parameter.getText()).join(',');
  return `(function(${list})${ts.isBlock(body) ? body.getText() : `{return ${body.getText()}}`})`;
}

/** The text of a file whose functions at the top level, if called, are expressions in parentheses. */
function withExpressions(text, called) {
  const file = ts.createSourceFile('file.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const isCalled = node => called.has(`${node.getStart()} ${node.getEnd()}`);
  const edits = [];
  const hoisted = [];
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && isCalled(statement)) {
      hoisted.push(`var ${statement.name.text}=(${statement.getText()});`);
      edits.push({node: statement, by: ''});
    } else if (ts.isVariableStatement(statement)) {
      for (const {initializer} of statement.declarationList.declarations) {
        if (initializer !== undefined && ts.isArrowFunction(initializer) && isCalled(initializer))
          edits.push({node: initializer, by: functionOf(initializer)});
      }
    }
  }
  if (edits.length === 0) return text;
  const rest = edits.reduceRight(
    (all, {node, by}) => all.slice(0, node.getStart()) + by + all.slice(node.getEnd()),
    text,
  );
  // Where declarations count from, so that what runs at the top level finds them.
  const directives = /^"use strict";/.exec(rest)?.[0] ?? '';
  return directives + hoisted.join('') + rest.slice(directives.length);
}

/** Rewrites the files of the package that a first prediction loads by 'import' or 'require', in place. */
export function compileWhenLoaded(load, folder) {
  let files = 0;
  for (const [url, called] of calledFunctions(load)) {
    if (!url.startsWith('file:') || !fileURLToPath(url).startsWith(folder)) continue;
    const path = fileURLToPath(url);
    const text = readFileSync(path, 'utf8');
    const changed = withExpressions(text, called);
    if (changed === text) continue;
    writeFileSync(path, changed);
    files++;
  }
  if (files === 0) throw new Error(`build: a first prediction by ${load} ran nothing in ${folder}`);
}
