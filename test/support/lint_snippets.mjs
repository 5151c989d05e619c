// Reads [{file, code}, ...] from stdin, lints each as if it stood in that file, writes the import rule's messages per snippet.
import {ESLint} from 'eslint';
import {json} from 'node:stream/consumers';

const eslint = new ESLint();
const messages = [];
for (const {file, code} of await json(process.stdin)) {
  const [result] = await eslint.lintText(code, {filePath: file});
  const fatal = result.messages.find(message => message.fatal);
  if (fatal) throw new Error(`${file}: ${fatal.message}`);
  messages.push(
    result.messages.filter(({ruleId}) => ruleId === 'import-x/no-restricted-paths').map(({message}) => message),
  );
}
console.log(JSON.stringify(messages));
