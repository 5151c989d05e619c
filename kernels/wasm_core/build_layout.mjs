// What TypeScript and AssemblyScript share, as TypeScript: every class, enum and constant that a file of
// assembly/shared/ exports, with the values that they have when they are compiled; and the signatures of the functions
// that assembly/index.ts exports.
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {
  ClassDeclaration,
  EnumDeclaration,
  ExportStatement,
  FieldDeclaration,
  FunctionDeclaration,
  newOptions,
  newProgram,
  parse,
  VariableStatement,
} from 'assemblyscript';
import {main} from 'assemblyscript/asc';

/** The name in TypeScript: ThreadPool is THREAD_POOL there. */
const constantCase = name => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();

/** The statements of a file. */
function statementsOf(file) {
  const program = newProgram(newOptions());
  parse(program, readFileSync(file, 'utf8'), 'file.ts', true);
  return program.sources.find(({normalizedPath}) => normalizedPath === 'file.ts').statements;
}

/** What a file declares: [{kind, name, members}]; constants have no members. */
const declarationsOf = file =>
  statementsOf(file).flatMap(statement => {
    if (statement instanceof VariableStatement) {
      return statement.declarations.map(({name}) => ({kind: 'constant', name: name.text, members: []}));
    }
    const of = (kind, members) => [{kind, name: statement.name.text, members: members.map(({name}) => name.text)}];
    if (statement instanceof EnumDeclaration) return of('enum', statement.values);
    const isField = member => member instanceof FieldDeclaration;
    return statement instanceof ClassDeclaration ? of('class', statement.members.filter(isField)) : [];
  });

/** The expression of AssemblyScript for each number of a declaration, the size of a class last. */
function expressionsOf({kind, name, members}) {
  if (kind === 'constant') return [name];
  if (kind === 'enum') return members.map(member => `${name}.${member}`);
  return [...members.map(member => `offsetof<${name}>('${member}')`), `offsetof<${name}>()`];
}

/** Compiles expressions of names that `imports` brings, and returns their values. */
async function evaluate(folder, features, imports, expressions) {
  const entry = '__layout.ts';
  const text = [imports, ...expressions.map((expression, i) => `export const n${i}: f64 = <f64>(${expression});`)];
  const sources = new Map([[entry, text.join('\n')]]);
  let binary;
  const {error, stderr} = await main(
    [entry, '--baseDir', folder, '-o', 'layout.wasm', '--runtime', 'stub', '--enable', features],
    {
      readFile: (name, base) => {
        if (sources.has(name)) return sources.get(name);
        try {
          return readFileSync(join(base, name), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (_, contents) => (binary = contents),
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`assembly/shared/ does not compile: ${stderr}`);
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(binary));
  return expressions.map((_, i) => exports[`n${i}`].value);
}

const objectOf = (names, values) => `{${names.map((name, i) => `${name}: ${values[i]}`).join(', ')}}`;

/** A declaration in TypeScript. Offsets become indices of 32-bit words, which is what all fields are. */
function write({kind, name, members}, values) {
  const constant = constantCase(name);
  if (kind === 'constant') return `export const ${constant} = ${values[0]};\n`;
  if (kind === 'enum') return `export const ${constant} = ${objectOf(members, values)} as const;\n`;
  const words = values.map(bytes => bytes / 4);
  if (words.some((word, i) => word !== i)) throw new Error(`a field of ${name} is not a word of 32 bits`);
  return (
    `/** Words of its fields, and how many there are. */\n` +
    `export const ${constant} = ${objectOf(members, words)} as const;\n` +
    `export const ${constant}_WORDS = ${words[members.length]};\n`
  );
}

/** The signature of a function in TypeScript, where all values are numbers. */
const signatureOf = ({name, signature: {parameters, returnType}}) =>
  `${name.text}(${parameters.map(one => `${one.name.text}: number`).join(', ')}): ` +
  (returnType.name.identifier.text === 'void' ? 'void' : 'number');

/** The functions that index.ts exports by their names, as an interface. */
function exportsOf(assembly) {
  const signatures = statementsOf(join(assembly, 'index.ts'))
    .filter(statement => statement instanceof ExportStatement && statement.members !== null)
    .flatMap(({path, members}) => {
      const functions = statementsOf(join(assembly, `${path.value}.ts`)).filter(
        statement => statement instanceof FunctionDeclaration,
      );
      return members.map(({localName}) => signatureOf(functions.find(({name}) => name.text === localName.text)));
    });
  return `/** What the binaries export; pointers are byte offsets in the memory. */
export interface CoreExports {
${signatures.map(signature => `  ${signature};\n`).join('')}}
`;
}

/**
 * The TypeScript of what assembly/shared/ and index.ts in a folder declare, for binaries with other features each.
 * @throws if it does not compile, or if a value depends on the features.
 */
export async function layoutOf(assembly, features) {
  const files = readdirSync(join(assembly, 'shared'))
    .filter(file => file.endsWith('.ts'))
    .sort();
  const declared = files.map(file => declarationsOf(join(assembly, 'shared', file)));
  const imports = files.map(
    (file, i) => `import {${declared[i].map(({name}) => name)}} from './shared/${file.slice(0, -3)}';\n`,
  );
  const declarations = declared.flat().map(one => ({...one, expressions: expressionsOf(one)}));
  const all = declarations.flatMap(({expressions}) => expressions);
  const evaluated = [];
  for (const enabled of features) evaluated.push(await evaluate(assembly, enabled, imports.join(''), all));
  const [values] = evaluated;
  const differs = all.find((_, i) => evaluated.some(other => other[i] !== values[i]));
  if (differs !== undefined) throw new Error(`${differs} depends on the features of the binary`);
  let from = 0;
  const written = declarations.map(one => write(one, values.slice(from, (from += one.expressions.length))));
  return `${written.join('')}\n${exportsOf(assembly)}`;
}
