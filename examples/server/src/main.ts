/** The server as a process: node dist/src/main.js --help */
import {help} from './config/help.js';
import {ConfigError, readConfig} from './config/read.js';
import {messageOf} from './protocol/error.js';
import {startServer} from './server.js';

async function main(): Promise<void> {
  const {config, help: isHelp} = readConfig(process.argv.slice(2), process.env);
  if (isHelp) {
    console.log(help());
    return;
  }
  const server = await startServer(config);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void server.stop().then(() => process.exit(0)));
  }
  await server.loaded;
}

main().catch((error: unknown) => {
  console.error(messageOf(error) + (error instanceof ConfigError ? '\n--help has all options.' : ''));
  process.exit(1);
});
