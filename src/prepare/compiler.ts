/**
 * Compiles the programs that `run` needs before it first waits, and returns when they are ready. `progress` hears which
 * part of them is.
 * @throws for a program that does not compile.
 */
export type Compiler = (run: () => Promise<void>, progress: (part: number) => void) => Promise<void>;
