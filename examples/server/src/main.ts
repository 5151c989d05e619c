/** The server as a process: node dist/src/main.js --help */
import {help} from './config/help.js';
import {ConfigError, readConfig} from './config/read.js';
import {messageOf} from './protocol/error.js';

/** Before the server listens there is nothing to wait for. */
let stop = (): Promise<void> => Promise.resolve();

async function main(): Promise<void> {
  const {config, help: isHelp} = readConfig(process.argv.slice(2), process.env);
  if (isHelp) {
    console.log(help());
    return;
  }
  // The first process of a container ends by a signal only where it handles it, so that it does before all else is there.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void stop().then(() => process.exit(0)));
  const {startServer} = await import('./server.js');
  const server = await startServer(config);
  stop = server.stop;
  await server.loaded;
}

main().catch((error: unknown) => {
  console.error(messageOf(error) + (error instanceof ConfigError ? '\n--help has all options.' : ''));
  process.exit(1);
});
