import {threadPoolSpecs} from '../../support/thread_pool_specs.js';

threadPoolSpecs();
