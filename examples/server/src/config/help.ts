/** The text of --help, out of the schema. */
import {flagOf, variableOf} from './read.js';
import {Config} from './schema.js';

export function help(): string {
  const rows = Object.entries(Config.properties).map(([name, schema]) => {
    const allowed: unknown = schema.enum;
    const type = Array.isArray(allowed)
      ? allowed.join('|')
      : schema.type === 'string'
        ? 'TEXT'
        : (schema.type as string).toUpperCase();
    return [`--${flagOf(name)} ${type}`, `${schema.description} (default ${JSON.stringify(schema.default)})`] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return [
    'Serves TensorFlow.js models over the Open Inference Protocol.',
    '',
    '  node dist/src/main.js [OPTIONS]',
    '',
    ...rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`),
    `  ${'--config FILE'.padEnd(width)}  JSON file of these options, named as in maxBatchSize`,
    `  ${'--help'.padEnd(width)}  this text`,
    '',
    `Each is also a variable of the environment, such as ${variableOf('maxBatchSize')}. The command line wins over the`,
    'environment, which wins over the file. A model may set workers, maxBatchSize, maxBatchTimeMs, maxRows, maxQueue,',
    'versions and warmUp for itself, in MODEL/config.json.',
  ].join('\n');
}
