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

/** The language that was asked for last: another one may be slower to load. */
let wanted: Language = 'en';

export async function useLanguage(next: Language): Promise<void> {
  wanted = next;
  const words = await busyWith(LOAD[next]());
  if (wanted !== next) return;
  text.value = words;
  language.value = next;
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : next;
  document.title = words.title;
}

/** A text with {0}, {1}, ... replaced. */
export const fill = (pattern: string, ...values: readonly (string | number)[]): string =>
  pattern.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));

/** What an error says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
