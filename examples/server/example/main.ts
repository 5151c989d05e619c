/** The server on models of the example: npm run example:server -- --port 8123. It takes all options of the server. */
import {relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {help} from '../src/config/help.js';
import {readConfig} from '../src/config/read.js';
import {messageOf} from '../src/protocol/error.js';
import {startServer} from '../src/server.js';
import {prepareModels, writeRequest} from './models.js';

const FOLDER = fileURLToPath(new URL('../../', import.meta.url));
const REQUEST = `${FOLDER}out/digit.json`;

async function main(): Promise<void> {
  const {config, help: isHelp} = readConfig(['--models', `${FOLDER}models`, ...process.argv.slice(2)], process.env);
  if (isHelp) {
    console.log(help());
    return;
  }
  await prepareModels(config.models);
  const digit = await writeRequest(REQUEST);
  const server = await startServer(config);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void server.stop().then(() => process.exit(0)));
  }
  await server.loaded;
  // npm runs this in the folder of the server; who typed the command is where INIT_CWD says.
  const file = relative(process.env.INIT_CWD ?? '', REQUEST);
  console.log(
    [
      '',
      `Models, load and latencies: ${server.url}/`,
      `Try it, with a ${digit} (the largest of ten probabilities, counted from 0):`,
      `  curl -s ${server.url}/v1/models/digits:predict -d @${file}`,
      `  curl -s ${server.url}/v2/models/digits`,
      '',
    ].join('\n'),
  );
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exit(1);
});
