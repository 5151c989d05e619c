import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** npm runs scripts in the package's folder. */
const ROOT = process.cwd();

/** Where results go that are not for docs/. */
export const OUT = join(ROOT, 'bench', 'out');

/** Replaces what stands between the markers of that name in a page of docs/. */
export function writeSection(page: string, name: string, section: string): void {
  const file = join(ROOT, 'docs', page);
  const marks = new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(marks, (_, open: string, close: string) => `${open}${section}\n${close}`),
  );
}

/** Writes pictures, by the names of their files, into bench/out and, on request, docs/. */
export function writePictures(pictures: Readonly<Record<string, string>>, docs: boolean): void {
  mkdirSync(OUT, {recursive: true});
  for (const folder of [OUT, ...(docs ? [join(ROOT, 'docs')] : [])]) {
    for (const [name, svg] of Object.entries(pictures)) writeFileSync(join(folder, name), svg);
  }
}
