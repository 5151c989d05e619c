// The words of both languages: the same keys with the same places for values, and punctuation of one language in each.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {en} from '../src/text/en.ts';
import {zh} from '../src/text/zh.ts';

/** All texts of a language, by their path. */
function textsOf(words, path = '') {
  if (typeof words === 'string') return [[path, words]];
  return Object.entries(words).flatMap(([key, value]) => textsOf(value, `${path}.${key}`));
}

const places = text => [...text.matchAll(/\{\d\}/g)].map(([place]) => place);
const [english, chinese] = [new Map(textsOf(en)), new Map(textsOf(zh))];

test('both languages have the same texts, with the same values in them', () => {
  assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort());
  for (const [key, text] of english) {
    assert.notEqual(chinese.get(key).trim(), '', key);
    assert.deepEqual([...new Set(places(chinese.get(key)))].sort(), [...new Set(places(text))].sort(), key);
  }
});

test('Chinese is written in Chinese', () => {
  // Names, and what is the same in every language.
  const same = /^(\.ours|\.builtin|\.inputs\.count|\.filters\.count)$/;
  for (const [key, text] of chinese) {
    assert.ok(/\p{Script=Han}/u.test(text) || same.test(key) || !/[a-z]{3}/i.test(text), `${key}: ${text}`);
    // No half-width punctuation beside a Chinese character, and no full stop of English.
    assert.doesNotMatch(text, /\p{Script=Han}\s?[,.;:!?()]|[,;:!?()]\s?\p{Script=Han}/u, key);
  }
  for (const [key, text] of english) assert.doesNotMatch(text, /\p{Script=Han}|[，。；：！？（）]/u, key);
});
