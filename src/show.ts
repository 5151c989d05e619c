/*
 * Values as messages show them. A value may be anything: an array of a whole image, an array that contains itself, a
 * proxy, an object that throws at every touch. The work is bounded by the length of the text.
 */

/** Longest text of a value. */
const LENGTH = 200;

/** Text that grows until it is long enough, and the arrays that are being written: one that is met again contains itself. */
interface Writer {
  text: string;
  readonly ancestors: unknown[];
}

const isFull = ({text}: Writer): boolean => text.length > LENGTH;

const LARGEST_BIGINT = 10n ** BigInt(LENGTH);

/** Only the beginning, as joining texts to one that is too long throws. */
const beginning = (text: string): string => text.slice(0, LENGTH + 1);

function primitive(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `'${beginning(value)}'`;
    case 'symbol':
      return `Symbol(${beginning(value.description ?? '')})`;
    case 'bigint':
      // Writing one out takes the square of its length.
      return -LARGEST_BIGINT < value && value < LARGEST_BIGINT ? `${value}n` : `a bigint of more than ${LENGTH} digits`;
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

function writeArray(writer: Writer, array: readonly unknown[]): void {
  if (writer.ancestors.includes(array)) {
    writer.text += 'an array that contains itself';
    return;
  }
  writer.ancestors.push(array);
  writer.text += '[';
  // By index, as iterating passes through code of the array's own.
  for (let i = 0; i < array.length && !isFull(writer); i++) {
    if (i > 0) writer.text += ',';
    write(writer, () => array[i]);
  }
  writer.text += ']';
  writer.ancestors.pop();
}

/** Writes what `read` gives, which may be a getter that throws. */
function write(writer: Writer, read: () => unknown): void {
  const depth = writer.ancestors.length;
  try {
    const value = read();
    if (Array.isArray(value)) writeArray(writer, value);
    else if (typeof value !== 'object' || value === null) writer.text += primitive(value);
    else writer.text += beginning(Object.prototype.toString.call(value));
  } catch {
    writer.ancestors.length = depth;
    writer.text += 'a value that cannot be read';
  }
}

/** The text of a value, of which a long one ends in '...'. Never throws. */
export function show(value: unknown): string {
  const writer: Writer = {text: '', ancestors: []};
  write(writer, () => value);
  return isFull(writer) ? `${writer.text.slice(0, LENGTH)}...` : writer.text;
}
