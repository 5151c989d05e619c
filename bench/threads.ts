/** On how many threads everything is measured: ours take it from the same variable of the environment. */
const {process} = globalThis as {process?: {readonly env: {readonly [name: string]: string | undefined}}};
export const THREADS = Number(process?.env.TFJS_CONV_THREADS ?? 1);

export const threadsText = (threads: number): string => (threads === 1 ? 'one thread' : `${threads} threads`);
