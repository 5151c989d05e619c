/** What the routes stand on. */
import type {Config} from '../config/schema.js';
import type {Metrics} from '../metrics/metrics.js';
import type {Repository} from '../models/repository.js';
import type {Budget} from './budget.js';

export interface Lifecycle {
  /** Whether the folder of models was read. */
  isLoaded: boolean;
  /** Whether the server was told to end. */
  isDraining: boolean;
}

export interface Context {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly repository: Repository;
  readonly lifecycle: Lifecycle;
  /** Of bytes of requests. */
  readonly budget: Budget;
}

/** Why the server is not ready; undefined while it is. */
export function notReady({config, repository, lifecycle}: Context): string | undefined {
  if (lifecycle.isDraining) return 'the server ends';
  if (!lifecycle.isLoaded) return 'models are being loaded';
  const dead = repository.served().find(({readyWorkers}) => readyWorkers() === 0);
  if (dead) return `model ${dead.name} version ${dead.version} has no worker at the moment`;
  if (!config.strictReadiness) return undefined;
  const serving = new Set(repository.served().map(({name}) => name));
  const failed = repository.states().find(({name}) => !serving.has(name));
  if (!failed) return undefined;
  const version = failed.version && ` version ${failed.version}`;
  return `model ${failed.name}${version} is ${failed.state.toLowerCase()}: ${failed.reason}`;
}
