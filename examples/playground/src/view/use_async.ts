import {useEffect, useState} from 'preact/hooks';
import {busyWith} from '../busy.js';
import {untilLost} from '../conv/backends.js';

/** The newest value of an asynchronous computation, which is started when one of its facts changes. */
export function useAsync<T>(work: () => Promise<T> | undefined, facts: readonly unknown[]): T | undefined {
  const [value, setValue] = useState<T | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    const started = work();
    if (started !== undefined) {
      void busyWith(untilLost(started)).then(
        next => {
          if (isCurrent) setValue(next);
        },
        () => undefined,
      );
    }
    return () => {
      isCurrent = false;
    };
  }, facts);
  return value;
}
