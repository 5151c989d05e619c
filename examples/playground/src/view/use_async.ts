import {useEffect, useState} from 'preact/hooks';

/** The newest value of an asynchronous computation, which is started when one of its facts changes. */
export function useAsync<T>(work: () => Promise<T> | undefined, facts: readonly unknown[]): T | undefined {
  const [value, setValue] = useState<T | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    void work()?.then(
      next => {
        if (isCurrent) setValue(next);
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, facts);
  return value;
}
