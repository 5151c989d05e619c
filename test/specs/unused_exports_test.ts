import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import ts from 'typescript';

/*
 * What a file of the library exports is imported by another file, or is part of an interface: no linter sees this.
 */

const root = resolve(__dirname, '../..');

/** Files whose exports are the interface of the package, or of a binary. */
const ENTRIES =
  /^(src\/(index|accelerate|doctor|graph_model|layers)|kernels\/\w+\/index|kernels\/wasm_core\/assembly\/(index|microkernels))\.ts$/;

/** TypeScript imports what these files export by the names of generated/layout.ts (kernels/wasm_core/build_layout.mjs). */
const SHARED = 'kernels/wasm_core/assembly/shared/';
const LAYOUT = 'kernels/wasm_core/generated/layout.ts';
const layoutName = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();

const LIBRARY = ['src', 'kernels'];

const files = [...LIBRARY, 'test', 'bench', 'examples']
  .flatMap(folder =>
    readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'}).map(name => join(folder, name)),
  )
  .filter(name => name.endsWith('.ts') && !name.includes('node_modules') && name !== LAYOUT);

const sources = new Map(
  files.map(name => [name, ts.createSourceFile(name, readFileSync(join(root, name), 'utf8'), ts.ScriptTarget.Latest)]),
);

/** The names of variables, also those taken out of an object. */
const namesOf = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap(element => (ts.isOmittedExpression(element) ? [] : namesOf(element.name)));

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({kind}) => kind === ts.SyntaxKind.ExportKeyword);

/** The values that a file exports: types are exported with the functions that have them. */
function exportsOf(source: ts.SourceFile): string[] {
  return source.statements.flatMap(node => {
    if (!isExported(node)) return [];
    if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(({name}) => namesOf(name));
    const isValue = ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node);
    return isValue && node.name !== undefined ? [node.name.text] : [];
  });
}

/** What the statements of a file import or export again, as [file, name]; '*' is everything. */
function importsOf(name: string, source: ts.SourceFile): Array<[string, string]> {
  return source.statements.flatMap((node): Array<[string, string]> => {
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return [];
    const specifier = node.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return [];
    const file = `${join(dirname(name), specifier.text.replace(/\.js$/, ''))}.ts`;
    const clause = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
    if (clause === undefined || ts.isNamespaceImport(clause) || ts.isNamespaceExport(clause)) return [[file, '*']];
    return clause.elements.map(({name: own, propertyName}) => [file, (propertyName ?? own).text]);
  });
}

test('every export is imported, or belongs to an interface', () => {
  const imported = new Set([...sources].flatMap(([name, source]) => importsOf(name, source)).map(one => one.join(' ')));
  const isImported = (file: string, name: string): boolean =>
    imported.has(`${file} ${name}`) ||
    imported.has(`${file} *`) ||
    (file.startsWith(SHARED) && imported.has(`${LAYOUT} ${layoutName(name)}`));
  const unused = [...sources]
    .filter(([name]) => LIBRARY.includes(name.split('/')[0]) && !ENTRIES.test(name))
    .flatMap(([file, source]) =>
      exportsOf(source)
        .filter(name => !isImported(file, name))
        .map(name => `${file}: ${name}`),
    );
  expect(unused).toEqual([]);
});
