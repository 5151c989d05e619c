/*
 * What the host and the threads that compute a plan together have in common (../threads/thread_pool.ts).
 */

/** The kernels whose blocks threads share; those of the filter's gradient are last. */
export enum Kernel {
  GEMM_FORWARD,
  GROUPED_FORWARD,
  DEPTHWISE_FORWARD,
  WINOGRAD_FORWARD,
  WINOGRAD_LINE_FORWARD,
  FFT_CHANNELS_FORWARD,
  FFT_DENSE_FORWARD,
  GEMM_BACKPROP_FILTER,
  GROUPED_BACKPROP_FILTER,
  DEPTHWISE_BACKPROP_FILTER,
  WINOGRAD_BACKPROP_FILTER,
  FFT_CHANNELS_BACKPROP_FILTER,
  FFT_DENSE_BACKPROP_FILTER,
}

/** How a task ends. */
export enum Outcome {
  COMPUTED,
  /** The kernel does not compute this task, which only some do not always. */
  NOT_COMPUTED,
  THREAD_FAILED,
  /** Workers are still computing. */
  WAITING,
}

/** The memory that the threads share. */
@unmanaged
export class ThreadPool {
  /** Counts tasks; worker threads wait for it to change. */
  task: i32;
  /** 1 while blocks of the task may be taken. */
  open: i32;
  /** How many worker threads are computing. */
  active: i32;
  /** The first block that no thread has taken. */
  next: i32;
  /** 1 after a worker thread has failed. */
  failed: i32;
  /** How many threads there are; the calling thread is number 0. */
  threads: i32;
  /** The task: a Kernel, and what it is called with. */
  kernel: i32;
  /** Side of Winograd's tiles, or the axis of those along one. */
  size: i32;
  /** 1 where Winograd's filter is streamed. */
  streamed: i32;
  /** Every thread has a plan with its own scratch memory: the first one's, and the bytes from one to the next. */
  plans: usize;
  planStep: usize;
  blocks: i32;
  /** How many blocks are taken at a time. */
  chunk: i32;
  /** Counts the chunks of all tasks that worker threads have computed. */
  workerChunks: i32;
  /** 1 where a thread has found that the kernel does not compute the task. */
  refused: i32;
  /** 1 where the calling thread may sleep, which the main thread of a page may not. */
  sleeps: i32;
  /** How often a worker looks for the next task before it sleeps, as waking it costs both sides more. */
  spins: i32;
  /** Milliseconds that a worker sleeps before it ends; 0: it never does. */
  idle: i32;
  /** How many workers have been started and have not ended. */
  workers: i32;
}
