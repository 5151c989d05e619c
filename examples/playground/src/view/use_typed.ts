import {useState} from 'preact/hooks';

interface Typed {
  readonly shown: string;
  readonly type: (text: string) => void;
  readonly end: () => void;
}

/** The text of a field: what one types stays until the field is left, whatever the page draws meanwhile. */
export function useTyped(written: string): Typed {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  return {shown: typed ?? written, type: setTyped, end: () => setTyped(undefined)};
}
