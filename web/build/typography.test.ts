import { expect, test } from 'vitest'
import { english, french } from './typography.ts'

test('French spaces, quotes and apostrophes', () => {
  expect(french("Qu'est-ce ?")).toBe('Qu’est-ce\u202f?')
  expect(french('Attention : « oui »')).toBe('Attention\u00a0: «\u00a0oui\u00a0»')
  expect(french('encore {n} min ; {done} %')).toBe('encore {n}\u00a0min\u202f; {done}\u00a0%')
  expect(french('Bravo!')).toBe('Bravo\u202f!')
})

test('addresses and clock times keep their signs', () => {
  expect(french('http://kiosque.local/?a=1')).toBe('http://kiosque.local/?a=1')
  expect(french('1:12:40')).toBe('1:12:40')
  expect(french('{n} sur {total}')).toBe('{n} sur {total}')
})

test('English apostrophes', () => {
  expect(english("It isn't here")).toBe('It isn’t here')
})
