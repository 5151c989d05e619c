import {signal} from '@preact/signals';
import {busyWith} from '../busy.js';
import {en} from './en.js';
import type {Text} from './en.js';

export const LANGUAGES = {en: 'English', zh: '中文'} as const;
export type Language = keyof typeof LANGUAGES;

const LOAD: {readonly [language in Language]: () => Promise<Text>} = {
  en: () => Promise.resolve(en),
  zh: () => import('./zh.js').then(({zh}) => zh),
};

export const language = signal<Language>('en');
/** The words of the page. */
export const text = signal<Text>(en);

export async function useLanguage(next: Language): Promise<void> {
  text.value = await busyWith(LOAD[next]());
  language.value = next;
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : next;
  document.title = text.value.title;
}

/** A text with {0}, {1}, ... replaced. */
export const fill = (pattern: string, ...values: readonly (string | number)[]): string =>
  pattern.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));
