import type {ComponentChildren} from 'preact';

interface OperandProps {
  readonly sign: '∗' | '×' | '=' | '≈' | '→';
  readonly children: ComponentChildren;
}

/** A sign, and what follows it: they go to the next line together. */
export function Operand({sign, children}: OperandProps) {
  return (
    <div class="operand">
      <span class="operator" aria-hidden="true">
        {sign}
      </span>
      {children}
    </div>
  );
}
