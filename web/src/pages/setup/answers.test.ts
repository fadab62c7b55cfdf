import { expect, test } from 'vitest'
import { check } from './answers'

test('answers that pass', () => {
  expect(check('name', 'Kiosque de Valbrune')).toBeUndefined()
  expect(check('username', 'bureau_2.a')).toBeUndefined()
  expect(check('email', 'bureau@valbrune.example')).toBeUndefined()
  expect(check('password', 'huit mots')).toBeUndefined()
  expect(check('publicUrl', 'http://192.168.1.20:8080')).toBeUndefined()
  expect(check('publicUrl', 'https://kiosque.example/')).toBeUndefined()
})

test('answers that do not, each with its sentence', () => {
  expect(check('name', '  ')).toBe('setup.nameShort')
  expect(check('username', 'Élodie')).toBe('setup.usernameBad')
  expect(check('username', '._')).toBe('setup.usernameBad')
  expect(check('email', 'bureau')).toBe('setup.emailBad')
  expect(check('password', 'sept567')).toBe('setup.passwordBad')
  expect(check('publicUrl', 'kiosque.example')).toBe('setup.addressBad')
  expect(check('publicUrl', 'https://kiosque.example/videos')).toBe('setup.addressBad')
})
