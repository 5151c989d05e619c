import type {AttrValue, NodeDef} from './types.js';

/*
 * Attributes of nodes as TensorFlow.js reads them: strings in base64, and integers that may be written as strings.
 */

/** The numbers of these names in TensorFlow's list of types. */
const TYPE_NUMBERS: Readonly<Record<string, number>> = {DT_FLOAT: 1, DT_INT32: 3, DT_INT64: 9, DT_BOOL: 10};

/** The text of a string attribute. */
export const textOf = (value: string | readonly number[]): string =>
  typeof value === 'string' ? atob(value) : String.fromCharCode(...value);

export const stringValue = (text: string): AttrValue => ({s: btoa(text)});
export const integerValue = (value: number): AttrValue => ({i: String(value)});
export const integersValue = (values: readonly number[]): AttrValue => ({list: {i: values.map(String)}});
export const stringsValue = (texts: readonly string[]): AttrValue => ({list: {s: texts.map(text => btoa(text))}});

/** The text of an attribute in upper case, or what it is when the node lacks it. */
export function stringAttr(node: NodeDef, name: string, missing: string): string {
  const s = node.attr?.[name]?.s;
  return (s == null ? missing : textOf(s)).toUpperCase();
}

/** The texts of an attribute, none when the node lacks it. */
export const stringsAttr = (node: NodeDef, name: string): string[] =>
  (node.attr?.[name]?.list?.s ?? []).map(s => textOf(s));

/** The integers of an attribute, undefined when the node lacks it or the list is empty. */
export function integersAttr(node: NodeDef, name: string): number[] | undefined {
  const list = node.attr?.[name]?.list?.i;
  return list == null || list.length === 0 ? undefined : list.map(Number);
}

/** A number, written as an integer or not, or what it is when the node lacks it. */
export function numberAttr(node: NodeDef, name: string, missing: number): number {
  const value = node.attr?.[name];
  return Number(value?.i ?? value?.f ?? missing);
}

/** Whether the attribute names this type, or the node does not say. */
export function hasType(node: NodeDef, name: string, type: string): boolean {
  const value = node.attr?.[name]?.type;
  return value == null || value === type || value === TYPE_NUMBERS[type];
}
